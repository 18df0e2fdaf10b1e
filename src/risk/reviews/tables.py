"""The tables of a review: dated lines, missed opportunities and records, as a person reads them."""

from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from risk.chronologies.case import Case
from risk.core.kinds import CS, LABELS, label
from risk.core.wording import window
from risk.reviews.answers import in_short, is_one_day
from risk.reviews.dated_lines import Review, Span
from risk.reviews.missed.rules import MISSED
from risk.reviews.placings.questions import TOLD_ALL
from risk.reviews.report import SAYS_REPORTED, added

MEANS: Final = {
    "harm": "In hindsight, from the hidden truth: the days on which care warranted an assessment.",
    "knowable": "To one who knew exactly how this invented world works, from the shared record.",
    "triggered": "The day by which the shared record supported an assessment.",
    "shares": "The share of the ways in which the dates can fall, in which the shared record supported an "
    "assessment by then.",
    "alone": "The same, on what it alone held.",
    "told": "The same, on what they had been told.",
    "told all": "The same, had they been told all but what the account says was kept from them.",
    "assessed": "The first completed assessment or section 47 enquiry after that.",
    "protected": "The first day after that on which the children left home.",
}

OWN: Final = "their own"
NOT_STATED: Final = "not stated"
AS_TOLD: Final = "Children's services, as told"
TOLD_AT_LEAST: Final = "Children's services, told nothing that is not stated"
TOLD_AT_MOST: Final = "Children's services, told all of it"


def missed_table(review: Review) -> pl.DataFrame:
    """Return the missed opportunities as people read them: from which day, what, and which records show it.

    Records are numbered as in the chronology, from 1.
    """
    number = {event: n for n, event in enumerate(review.path.events["event_id"], start=1)}
    rows = [
        (
            _could_be_said(row["on"], row["to"]),
            f"{MISSED[row['finding']]}. {row['says']} ({_records([number[e] for e in row['event_ids']])})",
        )
        for row in review.missed.iter_rows(named=True)
    ]
    columns = {"could be said from": pl.String, "what the record shows": pl.String}
    return pl.DataFrame(rows, schema=columns, orient="row")


def dated_table(review: Review) -> pl.DataFrame:
    """Return the dated lines as people read them: which line, when, and what it means.

    Those who alone never reached the line share a row.
    """
    knowable = None if review.knowable is None else Span(review.knowable, review.knowable)
    pooled = review.reached["pooled"]
    what = "triggered" if pooled.earliest is None or is_one_day(pooled) else "shares"
    lines = [
        *([("In harm", _harm(review), MEANS["harm"])] if review.hindsight else []),
        *(
            [("Knowable", _known(knowable), _means(review, "knowable", knowable))]
            if review.ceiling is not None
            else []
        ),
        ("Triggered", in_short(pooled), _means(review, what, review.triggered)),
        *_supposed(review),
        *_by_whom(review),
        ("Assessed", when_recorded(review.assessed), _means(review, "assessed", review.assessed)),
        ("Left home", when_recorded(review.protected), _means(review, "protected", review.protected)),
    ]
    return pl.DataFrame(lines, schema=["line", "when", "what it means"], orient="row")


def _supposed(review: Review) -> list[tuple[str, str, str]]:
    """Return the row of the what if, where the account allows one."""
    if review.what_if is None:
        return []
    means = f"The same, if {added(review)} counted too, whenever the account allows."
    return [("What if", in_short(review.what_if.reached["pooled"]), means)]


def _known(span: Span | None) -> str:
    return "Never" if span is None else when_recorded(span)


def _harm(review: Review) -> str:
    days = [window(start, end - timedelta(days=1)) for start, end in review.harm_spells]
    return "; ".join(days) if days else "Never"


def _means(review: Review, name: str, span: Span | None) -> str:
    """Return what a line means, and in hindsight whether harm was there that day."""
    harmed = review.in_harm(span)
    return MEANS[name] + {None: "", True: " In harm that day.", False: " Not in harm that day."}[harmed]


def _by_whom(review: Review) -> list[tuple[str, str, str]]:
    """Return who reached the line and when, and last, in one row, all agencies that alone never did."""
    alone = {v: r for v, r in review.reached.items() if v not in ("pooled", CS, TOLD_ALL)}
    rows = [
        (
            f"{label(viewer)} alone",
            in_short(reached),
            _means(review, "alone", review.triggered_for.get(viewer)),
        )
        for viewer, reached in alone.items()
        if reached.answer != "never"
    ]
    never = [label(v) for v, r in alone.items() if r.answer == "never"]
    if never:
        other = "other " if rows else ""
        words = f"No {other}agency on its own ever had enough: {', '.join(never)}."
        rows.append((f"Any {other}agency alone", "Never", words))
    return [*_services(review), *rows]


def _services(review: Review) -> list[tuple[str, str, str]]:
    """Return when what children's services had been told reached the line: a band where it is not stated."""
    told, everything = review.reached[CS], review.reached.get(TOLD_ALL)
    if everything is None:
        return [(AS_TOLD, in_short(told), _means(review, "told", review.triggered_for[CS]))]
    return [
        (TOLD_AT_LEAST, in_short(told), f"Only that of which {SAYS_REPORTED}."),
        (TOLD_AT_MOST, in_short(everything), MEANS["told all"]),
    ]


def when_recorded(span: Span | None) -> str:
    """Return the days between which something was recorded, as a table has room for it."""
    if span is None:
        return "None recorded"
    if span.latest is None:
        return f"Possibly from {window(span.earliest, span.earliest)}"
    if span.earliest == span.latest:
        return window(span.earliest, span.latest)
    return f"{window(span.earliest, span.earliest)} to {window(span.latest, span.latest)}"


def _could_be_said(on: date, to: date | None) -> str:
    if to == on:
        return window(on, on)
    return f"{window(on, on)}, at the latest {window(to, to)}" if to else f"Possibly from {window(on, on)}"


def _records(numbers: list[int]) -> str:
    """Return the numbers of records as shortly as they can be said: records 1, 3 to 5."""
    runs: list[list[int]] = []
    for n in sorted(numbers):
        if runs and n == runs[-1][-1] + 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    said = ", ".join(f"{r[0]} to {r[-1]}" if len(r) > 2 else ", ".join(map(str, r)) for r in runs)
    return f"record {said}" if len(numbers) == 1 else f"records {said}"


def labelled(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with the words people read in place of the vocabulary's codes."""
    return rows.with_columns(
        pl.col(c).cast(pl.String).replace(LABELS) for c in ("agency", "kind") if c in rows.columns
    )


def chronology_table(review: Review) -> pl.DataFrame:
    """Return the chronology as people read it: number, when, agency, what was written, and its points."""
    events = review.events()
    when = [window(*days) for days in events.select("recorded_on", "latest_on").iter_rows()]
    return labelled(events).select(
        pl.Series("no", [str(n + 1) for n in range(events.height)], dtype=pl.String),
        pl.Series("when", when, dtype=pl.String),
        "agency",
        in_words(),
        pl.Series("services told", told_in_words(review), dtype=pl.String),
        pl.col("points_when_new").alias("points when new"),
        pl.col("points").alias(f"points on {window(review.score_on, review.score_on)}"),
    )


def told_in_words(review: Review) -> list[str]:
    """Return of each record whether children's services were told: yes, when if later, no, or not stated.

    A blank is never "not told": where the account says nothing, nothing is what it says.
    """
    stated = {} if review.stated is None else dict(review.stated.select("event_id", "told").iter_rows())
    return [_told(event, stated) for event in review.path.events.iter_rows(named=True)]


def _told(event: dict[str, Any], stated: dict[int, bool | None]) -> str:
    recorded_on, shared_on = event["recorded_on"], event["shared_on"]
    if event["agency"] == CS:
        return OWN
    if shared_on is None:
        return NOT_STATED if stated.get(event["event_id"], False) is None else "no"
    return "yes" if shared_on == recorded_on else window(shared_on, shared_on)


def undated_table(case: Case) -> pl.DataFrame:
    """Return the events without a date as people read them: agency, and what was written."""
    told = pl.col("told").replace_strict({True: "yes", False: "no"}, default=NOT_STATED)
    own = pl.when(pl.col("agency") == label(CS)).then(pl.lit(OWN)).otherwise(told)
    return labelled(case.undated).select("agency", in_words(), own.alias("services told"))


def in_words() -> pl.Expr:
    """Return the kind and the text of a labelled event as one sentence, unless the text is only the kind."""
    both = pl.format("{}: {}", "kind", "what")
    return pl.when(pl.col("what").str.starts_with(pl.col("kind"))).then("what").otherwise(both).alias("what")


def missed_kinds_table(missed: pl.DataFrame) -> pl.DataFrame:
    """Return the kinds of missed opportunity of a caseload by the words that people read."""
    words = pl.col("finding").replace(MISSED).alias("missed opportunity")
    return missed.select(words, "children", "times")


def longest_waits_table(children: pl.DataFrame, most: int = 20) -> pl.DataFrame:
    """Return the children in harm on the day of the line who waited longest for an assessment."""
    waited = children.filter("in_harm_when_triggered").drop_nulls("days_between")
    longest = waited.sort("days_between", "child_id", descending=[True, False]).head(most)
    columns = (
        "harm_began_on",
        "triggered_on",
        "assessed_on",
        "days_between",
        "days_in_harm_before_assessment",
    )
    return longest.select(pl.col("child_id").cast(pl.String), *columns)
