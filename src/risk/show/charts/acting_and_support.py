"""Acting and support: what each added assessment would have avoided, and how that rests on how plans help."""

from typing import Any, Final

import altair as alt
import polars as pl
from altair.typing import ChartType

from risk.reviews.acting import A_YEAR, GROUPS_IN_WORDS, WITHIN
from risk.show.charts.look import GREY, INVENTED_CHILDREN, SERIES, finished

PER_EXTRA: Final = "child_weeks_avoided_per_extra_assessment"
HELPS: Final = {"half": "Plans help half as much", "as assumed": "As assumed", "double": "Twice as much"}
WIDTH: Final = 420
NAMES: Final = alt.Axis(ticks=False, domain=False, labelPadding=10)


def avoided(by_support: pl.DataFrame) -> ChartType:
    """Return the child-weeks of harm that each added assessment would have avoided within a year.

    A row a supposition of how much a plan helps; all homes, and those of which a child was in harm on the
    day, side by side. by_support: from `reviews.by_support`.
    """
    drawn = by_support.filter(pl.col("measure") == PER_EXTRA, pl.col("within_weeks") == A_YEAR).select(
        *("value", "low", "high"),
        helps=pl.col("support").replace_strict(HELPS),
        homes=pl.col("group").replace_strict(GROUPS_IN_WORDS),
    )
    homes, series = list(GROUPS_IN_WORDS.values()), SERIES[: len(GROUPS_IN_WORDS)]
    legend = alt.Legend(title=None, columns=1)
    base = alt.Chart(drawn.drop_nulls("value")).encode(
        y=alt.Y("helps:N", sort=list(HELPS.values()), title=None, axis=NAMES),
        yOffset=alt.YOffset("homes:N", sort=homes),
        color=alt.Color(
            "homes:N", scale=alt.Scale(domain=homes, range=[c for c, _, _ in series]), legend=legend
        ),
    )
    shape = alt.Shape(
        "homes:N", scale=alt.Scale(domain=homes, range=[s for _, s, _ in series]), legend=legend
    )
    ends = [v for c in ("low", "high", "value") for v in drawn[c].drop_nulls()]
    scale = alt.Scale(domain=[min(0.0, *ends) * 1.05, max(1.0, *ends) * 1.05], nice=False)
    x = alt.X(
        "value:Q", title="Child-weeks of harm avoided in a year, for each added assessment", scale=scale
    )
    none = alt.Chart(pl.DataFrame({"x": [0.0]})).mark_rule(color=GREY, strokeDash=[3, 3], strokeWidth=2)
    return finished(
        alt.layer(
            none.encode(x=alt.X("x:Q", scale=scale)),
            base.mark_rule(strokeWidth=2.5).encode(x=alt.X("low:Q", scale=scale), x2="high:Q"),
            base.mark_point(filled=True, size=110, opacity=1).encode(x=x, shape=shape),
        ).properties(width=WIDTH, height=alt.Step(30)),
        "An assessment on the day of the line: what would it have avoided?",
        ["Bars: 95 % intervals over households. Dashed: nothing avoided.", INVENTED_CHILDREN],
        f"Child-weeks of harm avoided within {WITHIN[A_YEAR]}, for each assessment that is added. "
        + " ".join(_said(row) for row in drawn.iter_rows(named=True)),
    )


def _said(row: dict[str, Any]) -> str:
    of = f"{row['helps']}, {row['homes'][0].lower()}{row['homes'][1:]}"
    if row["value"] is None:
        return f"{of}: none is added."
    interval = "" if row["low"] is None else f" ({row['low']:.1f} to {row['high']:.1f})"
    return f"{of}: {row['value']:.1f}{interval}."
