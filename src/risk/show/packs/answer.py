"""The answer of a pack: the dated lines, the points behind them, what was missed, and what would differ."""

from html import escape
from typing import Final

import polars as pl
from altair.typing import ChartType

from risk.core.kinds import CS
from risk.core.wording import day
from risk.reviews.report import NO_JUDGEMENT, SHARED_RECORD, said
from risk.reviews.tables import chronology_table, dated_table, missed_table, undated_table, when_or_never
from risk.show import charts
from risk.show.charts.layout import whose
from risk.show.packs.classroom import NOTES
from risk.show.packs.lesson import Told
from risk.show.packs.stops import AtStop
from risk.show.page import figure, paragraphs, table
from risk.world.effects import MEASURES_IN_WORDS

GOOD_PRACTICE: Final = (
    "Written down, shared, believed and added up: the family is simulated again under such practice."
)
ONE_WAY: Final = (
    "The same family with the same luck, once: one way in which it could have gone, and no average. "
    "The command risk replay gives the average over many."
)


def answer(told: Told, at_stops: list[AtStop]) -> str:
    """Return the section that the class opens last; every chart has its numbers beside it."""
    found, note = told.found, NOTES[told.lesson.account]
    first, *more = said(found, told.case)
    shared = "What would earlier sharing have changed?"
    parts = [
        f'<p class="answer">{escape(first)}</p>\n{paragraphs([SHARED_RECORD])}',
        f"<h3>The dated lines</h3>\n{table(dated_table(found), 'The dated lines')}",
        f"<h3>What you voted</h3>\n{_votes(at_stops, found.path.line)}",
        _points(told),
        f"<h3>What was missed, by rule?</h3>\n{paragraphs([NO_JUDGEMENT])}\n{_missed(told)}",
        _drawn("What did each of them hold?", charts.viewers(found, note=note), _by_viewer(told)),
        _drawn(shared, charts.counterfactual(found, note=note), _shared(told)),
        _replayed(told),
        _undated(told),
        f"<h3>What else there is to say</h3>\n{paragraphs(more[len(found.triggered_for) :])}",
        _opens("The points of the whole card", found.path.card.table()),
    ]
    together = "".join(f"{part}\n" for part in parts if part)
    return f"""<section id="after">
<h2>The answer</h2>
<p><button type="button" id="reveal" aria-expanded="false" aria-controls="answer">Show the answer</button></p>
<div id="answer">
{together}</div>
</section>
"""


def _points(told: Told) -> str:
    found = told.found
    score = chronology_table(found).filter(pl.nth(-1) != 0)
    if score.is_empty():
        return ""
    on = day(found.score_on)
    heading = f"Which points were there on {on}, when the line was reached?"
    if found.triggered is None:
        heading = f"Which points were there on {on}, the highest day?"
    return _drawn(heading, charts.crossing(found, note=NOTES[told.lesson.account]), score)


def _drawn(heading: str, chart: ChartType, numbers: pl.DataFrame) -> str:
    """Return a chart below its heading, with the numbers behind it as a table that opens."""
    opens = _opens("The numbers of this chart", numbers)
    return f'<div class="together"><h3>{escape(heading)}</h3>\n{figure(chart, heading)}</div>\n{opens}'


def _opens(summary: str, rows: pl.DataFrame) -> str:
    return f"<details><summary>{escape(summary)}</summary>{table(rows, summary)}</details>"


def _votes(at_stops: list[AtStop], line: int) -> str:
    rows = "".join(
        f'<tr><th scope="row">{stop.number}: {escape(stop.when)}</th>'
        f'<td class="number"><output data-stop="{stop.number}" data-vote="now">0</output></td>'
        f'<td class="number"><output data-stop="{stop.number}" data-vote="not">0</output></td>'
        f'<td class="number">{stop.score()}</td><td>{stop.against(line)}</td></tr>\n'
        for stop in at_stops
    )
    return f"""<div class="scroll"><table>
<caption>What you voted, and what the shared record then stood at</caption>
<thead><tr><th scope="col">Stop</th><th scope="col" class="number">Assess now</th>
<th scope="col" class="number">Not yet</th><th scope="col" class="number">Score, next day</th>
<th scope="col">The line, {line} points</th></tr></thead>
<tbody>
{rows}</tbody>
</table></div>"""


def _missed(told: Told) -> str:
    if told.found.missed.is_empty():
        return "<p>None of the ten rules found anything.</p>"
    return table(missed_table(told.found), "What was missed, by rule")


def _undated(told: Told) -> str:
    if told.case is None or told.case.undated.is_empty():
        return ""
    heading = "Written down without a date: listed, and not scored"
    return f"<h3>{heading}</h3>\n{table(undated_table(told.case), heading)}"


def _by_viewer(told: Told) -> pl.DataFrame:
    found = told.found
    rows = [
        (whose(viewer), when_or_never(found.triggered_for[viewer]), highest)
        for viewer, highest in found.silo.select("viewer", "highest_points").iter_rows()
    ]
    return pl.DataFrame(rows, schema=["whose record", "line reached", "highest score"], orient="row")


def _shared(told: Told) -> pl.DataFrame:
    found = told.found
    rows = [
        ("As it was: from what they had been told", when_or_never(found.triggered_for[CS])),
        ("Had all been shared when it was written", when_or_never(found.triggered)),
    ]
    columns = ["what children's services could add up", "line reached"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def _replayed(told: Told) -> str:
    if told.replayed is None:
        return ""
    rows = told.replayed.select(
        pl.col("measure").replace(MEASURES_IN_WORDS).alias("all children of the home"),
        pl.col("before").round().cast(pl.Int64).alias("as it was"),
        pl.col("after").round().cast(pl.Int64).alias("under good practice"),
    )
    heading = "The same family under good practice"
    return f"<h3>{heading}</h3>\n{paragraphs([GOOD_PRACTICE, ONE_WAY])}\n{table(rows, heading)}"
