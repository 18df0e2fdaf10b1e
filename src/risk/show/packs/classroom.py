"""The classroom of a pack: the records a day at a time, stops with their votes, the chronology so far."""

from html import escape
from typing import Any, Final

import polars as pl

from risk.chronologies.account import THE_CHILD
from risk.show import charts
from risk.show.charts.layout import records
from risk.show.charts.one_child import WIDTH
from risk.show.packs.lesson import Told
from risk.show.packs.stops import AtStop
from risk.show.page import figure, paragraphs

NOTES: Final = {
    "invented": charts.INVENTED_CASE,
    "published": charts.PUBLISHED_ACCOUNT,
    "own": "From a chronology of your own. For teaching, never for decisions.",
}
"""What every chart of a case says it is, by whose account it is."""


def for_the_class(told: Told, at_stops: list[AtStop]) -> str:
    """Return the section with the records, which a script reveals a day at a time, and the stops."""
    chart = charts.trajectory(told.found, note=NOTES[told.lesson.account], hidden=True)
    read_out = "".join(_read_out(record) for record in records(told.found, width=WIDTH).to_dicts())
    asked = "".join(_stop(stop) for stop in at_stops)
    return f"""<section id="class" aria-label="For the class">
<h2>What was written down, day by day</h2>
{paragraphs([_whom(told)])}
<p class="on-screen">Reveal one day of records at a time and talk about each. At a stop, vote:
<em>would you assess now?</em> The line, above which the shared record supports an assessment, stays hidden
until you show it.</p>
<div class="stage">
<div class="beside">
<div class="steps"><button type="button" id="back">Back</button>
<button type="button" id="next" class="main">Next day of records</button></div>
{asked}<ol class="reader" id="reader" aria-live="polite">
{read_out}</ol>
</div>
{figure(chart, "Who held what, and what it added up to")}
</div>
</section>
"""


def _whom(told: Told) -> str:
    """Return in a sentence or two whom the records are about, as far as anybody wrote it down."""
    record = told.found.path.record
    child = record.children.filter(pl.col("child_id") == told.found.path.child_id)
    name, born = child["given_name"].item(), child["born_on"].item()
    when = "" if born is None else f", born in {born:%B %Y}"
    who = f"C is the child whom this is about{when}." if told.case is None else f"The child is {name}{when}."
    others = record.children.height - 1
    home = f"There {'is one other child' if others == 1 else f'are {others} other children'} in the home."
    said = [who] if told.case is None or name != THE_CHILD else []
    return " ".join([*said, home] if others else said)


def _read_out(record: dict[str, Any]) -> str:
    # Of a telling that is still to come nothing is said.
    is_told = record["told_on"] is not None and record["told_on"] <= record["to_on"]
    told = f" Children's services told: {record['told']}." if is_told else ""
    return (
        f'<li data-step="{record["step"]}"><b>{escape(str(record["when"]))} · '
        f"{escape(str(record['held_by']))}</b> <bdi>{escape(_in_words(record))}</bdi>{escape(told)}</li>\n"
    )


def _in_words(record: dict[str, Any]) -> str:
    """Return the kind and the text of a record, unless the text is only the kind; ended as a sentence."""
    kind, what = str(record["record"]), str(record["what"])
    said = what if what.startswith(kind) else f"{kind}: {what}"
    return said if said.endswith((".", "?", "!", ".)")) else f"{said}."


def _stop(stop: AtStop) -> str:
    return f"""<fieldset class="stop" data-step="{stop.step}" data-stop="{stop.number}">
<legend>Stop {stop.number} of {stop.of}</legend>
<p><b>Would you assess now?</b> {_so_far(stop)} {escape(stop.ask)}</p>
{_vote(stop, "now", "Assess now")}{_vote(stop, "not", "Not yet")}</fieldset>
"""


def _so_far(stop: AtStop) -> str:
    days = "1 day" if stop.step == 1 else f"{stop.step} days"
    return f"On the table: {days} of records, the last of {escape(stop.when)}."


def _vote(stop: AtStop, which: str, words: str) -> str:
    of = f'data-stop="{stop.number}" data-vote="{which}"'
    return f"""<div class="vote"><label>{words}
<input type="number" min="0" max="999" value="0" autocomplete="off" {of}></label>
<button type="button" data-add {of} aria-label="One more: {words.lower()}">+1</button></div>
"""


def chronology_so_far(told: Told) -> str:
    """Return the section with all records as a table, whose rows a script reveals as they come."""
    source = told.found.events()["source"].fill_null("not stated").to_list()
    drawn = records(told.found, width=WIDTH).to_dicts()
    rows = "".join(
        f'<tr data-step="{r["step"]}"><th scope="row">{r["number"]}</th><td>{escape(r["when"])}</td>'
        f"<td>{escape(r['held_by'])}</td><td><bdi>{escape(_in_words(r))}</bdi></td><td>{escape(where)}</td></tr>\n"
        for r, where in zip(drawn, source, strict=True)
    )
    return f"""<section id="chronology">
<h2>The chronology so far</h2>
<p>A date that is a month, a year or from one day to another is known no better than that.</p>
<div class="scroll" tabindex="0" role="region" aria-label="The chronology so far"><table>
<caption>The chronology so far</caption>
<thead><tr><th scope="col">No</th><th scope="col">When</th><th scope="col">Agency</th>
<th scope="col">What was written down</th><th scope="col">Source</th></tr></thead>
<tbody>
{rows}</tbody>
</table></div>
</section>
"""
