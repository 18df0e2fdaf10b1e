"""Charts: one function per question, a review or a frame in and an Altair chart out."""

import altair as alt
import polars as pl
from altair.typing import ChartType

from risk.charts.case import INVENTED_CASE as INVENTED_CASE
from risk.charts.case import PUBLISHED_ACCOUNT as PUBLISHED_ACCOUNT
from risk.charts.case import counterfactual as counterfactual
from risk.charts.case import crossing as crossing
from risk.charts.case import trajectory as trajectory
from risk.charts.case import viewers as viewers
from risk.charts.look import (
    BLUE,
    NAMES_ONLY,
    PALE_GREY,
    SHADES,
    finished,
)
from risk.charts.published import calibration as calibration
from risk.evaluate import ratio_to_incident
from risk.features import BAND_LABELS
from risk.judges import JUDGES
from risk.scorecard import CumulativeScorecard


def card(card: CumulativeScorecard) -> ChartType:
    """Return the whole card as a picture: whole points by kind of record and by its age."""
    table = card.table()
    cells = table.unpivot(
        index="line", on=list(BAND_LABELS), variable_name="age", value_name="points"
    ).with_columns(printed=pl.col("points").cast(pl.String).str.replace("-", "−"))
    above = alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False)
    shade = alt.Scale(domain=[0, card.max_points], range=list(SHADES), interpolate="rgb", clamp=True)
    base = alt.Chart(cells).encode(
        x=alt.X("age:O", sort=list(BAND_LABELS), title="Age of the record", axis=above),
        y=alt.Y("line:N", sort=table["line"].to_list(), title=None, axis=NAMES_ONLY),
    )
    squares = base.mark_rect(stroke="#D0D0D0").encode(color=alt.Color("points:Q", scale=shade, legend=None))
    return finished(
        alt.layer(squares, base.mark_text().encode(text="printed:N")).properties(
            width=480, height=alt.Step(30)
        ),
        "The whole card: points for the newest record of each kind, fewer as it ages",
        "A score is their sum. What is not on the card counts nothing. Learned from invented children.",
        f"A table of {table.height} kinds of record by {len(BAND_LABELS)} bands of age, points in each.",
    )


def comparison(measures: pl.DataFrame) -> ChartType:
    """Return the card's average precision next to those of simpler ways of judging.

    measures: from `evaluate`.
    """
    judged = measures.filter(pl.col("measure") == "average_precision").select(
        judge="label", average_precision="value"
    )
    end = float(judged["average_precision"].max()) * 1.2  # type: ignore[arg-type]
    x = alt.X(
        "average_precision:Q",
        title="Average precision, on invented children not seen before",
        scale=alt.Scale(domain=[0, end], nice=False),
        axis=alt.Axis(tickCount=5),
    )
    y = alt.Y("judge:N", sort=judged["judge"].to_list(), title=None, axis=NAMES_ONLY)
    base = alt.Chart(judged).encode(x=x, y=y)
    is_card = alt.datum.judge == JUDGES["card"]
    bars = base.mark_bar(height=26).encode(
        color=alt.when(is_card).then(alt.value(BLUE)).otherwise(alt.value(PALE_GREY))
    )
    values = base.mark_text(align="left", dx=6).encode(text=alt.Text("average_precision:Q", format=".2f"))
    times = f"{ratio_to_incident(measures) or float('nan'):.1f} times"
    ratio = f"The card's average precision is {times} that of the worst incident alone."
    return finished(
        alt.layer(bars, values).properties(width=500, height=alt.Step(44)),
        "Adding up, next to judging one incident at a time",
        ratio,
        f"Average precision by way of judging. {ratio}",
    )
