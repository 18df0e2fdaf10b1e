"""The tables of a review: dated lines, missed opportunities and records, as a person reads them."""

from datetime import date, timedelta
from typing import Final

import polars as pl

from risk.chronologies.case import Case
from risk.core.kinds import CS, LABELS, label
from risk.core.wording import window
from risk.reviews.dated_lines import Review, Span
from risk.reviews.missed.rules import MISSED

MEANS: Final = {
    "harm": "In hindsight, from the hidden truth: the days on which care warranted an assessment.",
    "knowable": "To one who knew exactly how this invented world works, from the shared record.",
    "triggered": "The day by which the shared record supported an assessment.",
    "alone": "The same, on what it alone held.",
    "assessed": "The first completed assessment or section 47 enquiry after that.",
    "protected": "The first day after that on which the children left home.",
}


TOLD: Final = "children's services, as told"


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
    lines = [
        *([("In harm", _harm(review), MEANS["harm"])] if review.hindsight else []),
        *(
            [("Knowable", when_or_never(knowable), _means(review, "knowable", knowable))]
            if review.ceiling is not None
            else []
        ),
        ("Triggered", when_or_never(review.triggered), _means(review, "triggered", review.triggered)),
        *_by_whom(review),
        ("Assessed", when_or_never(review.assessed), _means(review, "assessed", review.assessed)),
        ("Left home", when_or_never(review.protected), _means(review, "protected", review.protected)),
    ]
    return pl.DataFrame(lines, schema=["line", "when", "what it means"], orient="row")


def _harm(review: Review) -> str:
    days = [window(start, end - timedelta(days=1)) for start, end in review.harm_spells]
    return "; ".join(days) if days else "Never"


def _means(review: Review, name: str, span: Span | None) -> str:
    """Return what a line means, and in hindsight whether harm was there that day."""
    harmed = review.in_harm(span)
    return MEANS[name] + {None: "", True: " In harm that day.", False: " Not in harm that day."}[harmed]


def _by_whom(review: Review) -> list[tuple[str, str, str]]:
    """Return who alone reached the line and when, and last, in one row, all who never did."""
    reached = [
        (f"Triggered for {_whom(v)}", when_or_never(span), _means(review, "alone", span))
        for v, span in review.triggered_for.items()
        if span is not None
    ]
    never = [_whom(v) for v, span in review.triggered_for.items() if span is None]
    others = (
        "Triggered for the others" if reached else "Triggered for anybody alone",
        "Never",
        f"None of these alone: {', '.join(never)}.",
    )
    return [*reached, others] if never else reached


def _whom(viewer: str) -> str:
    return TOLD if viewer == CS else label(viewer)


def when_or_never(span: Span | None) -> str:
    """Return a span of days as a table has room for it."""
    if span is None:
        return "Never"
    if span.latest is None:
        return f"{window(span.earliest, span.earliest)}, or never"
    if span.earliest == span.latest:
        return window(span.earliest, span.latest)
    return f"{window(span.earliest, span.earliest)} to {window(span.latest, span.latest)}"


def _could_be_said(on: date, to: date | None) -> str:
    if to == on:
        return window(on, on)
    return f"{window(on, on)}, {f'surely by {window(to, to)}' if to else 'or never'}"


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
        pl.col("points_when_new").alias("points when new"),
        pl.col("points").alias(f"points on {window(review.score_on, review.score_on)}"),
    )


def undated_table(case: Case) -> pl.DataFrame:
    """Return the events without a date as people read them: agency, and what was written."""
    return labelled(case.undated).select("agency", in_words())


def in_words() -> pl.Expr:
    """Return the kind and the text of a labelled event as one sentence, unless the text is only the kind."""
    both = pl.format("{}: {}", "kind", "what")
    return pl.when(pl.col("what").str.starts_with(pl.col("kind"))).then("what").otherwise(both).alias("what")


def missed_kinds_table(missed: pl.DataFrame) -> pl.DataFrame:
    """Return the kinds of missed opportunity of a caseload by the words that people read."""
    words = pl.col("finding").replace(MISSED).alias("missed opportunity")
    return missed.select(words, "children", "times")


def longest_waits_table(children: pl.DataFrame, most: int = 20) -> pl.DataFrame:
    """Return the children of a caseload whom harm reached and who waited longest for an assessment."""
    waited = children.drop_nulls(["harm_began_on", "days_between"])
    longest = waited.sort("days_between", "child_id", descending=[True, False]).head(most)
    columns = (
        "harm_began_on",
        "triggered_on",
        "assessed_on",
        "days_between",
        "days_in_harm_before_assessment",
    )
    return longest.select(pl.col("child_id").cast(pl.String), *columns)
