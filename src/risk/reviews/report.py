"""The report: a review in words and as one JSON document.

"Should have triggered" always means: by this day, the shared record supported an assessment at this
threshold. No sentence here blames anybody.
"""

from typing import Final

import polars as pl

from risk.chronologies.case import Case
from risk.core.kinds import CS, label
from risk.core.wording import day
from risk.model.explanation import context
from risk.model.features import known_events
from risk.reviews.dated_lines import Review, Span
from risk.reviews.harm_spells import HINDSIGHT, line_in_words, spells_in_words
from risk.reviews.how_sure import how_sure

NO_CEILING: Final = (
    "What was knowable cannot be said: a chronology of one's own has no ceiling, only an invented child has."
)
NO_JUDGEMENT: Final = (
    "Found by rule, from what is written down. No record of a thing looks the same as the thing not done; "
    "which it was, and what was right, people have to ask."
)
SHARED_RECORD = "The shared record is what all of them had written down, put together."


def imprecision(review: Review, n_undated: int = 0) -> str:
    """Return one sentence that says how imprecise dates move the answer."""
    imprecise = review.path.events.filter(pl.col("latest_on") > pl.col("recorded_on")).height
    whole = review.path.events.height
    undated = f" Undated, and so listed and not scored: {n_undated}." if n_undated else ""
    if not imprecise:
        return f"Every dated event ({whole}) is known to the day, so the answer is exact.{undated}"
    known = f"{imprecise} of the {whole} dated events {_are(imprecise)} known only to a window"
    if review.triggered is None:
        return f"{known}; wherever in it they fell, the line is not reached.{undated}"
    if review.triggered.latest is None:
        moved = f"the line may have been reached as early as {day(review.triggered.earliest)}, or not at all"
    else:
        days = (review.triggered.latest - review.triggered.earliest).days
        moved = (
            "this does not move the day the line was reached"
            if days == 0
            else (
                f"this moves the day the line was reached by up to {days} days, from "
                f"{day(review.triggered.earliest)} to {day(review.triggered.latest)}"
            )
        )
    return f"{known}; {moved}.{undated}"


def when(span: Span) -> str:
    """Return a span of days as it reads after "on" or "by"."""
    if span.latest is None:
        return f"{day(span.earliest)} at the earliest, and perhaps never"
    if span.latest == span.earliest:
        return day(span.earliest)
    return f"{day(span.earliest)} at the earliest and {day(span.latest)} at the latest"


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def siblings(case: Case) -> str | None:
    """Return one sentence on whom the review is about, where a chronology names several children."""
    names = case.record.children.sort("child_id")["given_name"].to_list()
    if len(names) == 1:
        return None
    others = "counts as a sibling" if len(names) == 2 else "count as siblings"
    return f"This is about {names[0]}; {', '.join(names[1:])} {others}."


def not_stated(case: Case) -> str | None:
    """Return one sentence on how many events a person's chronology does not say were shared; null if none."""
    silent = case.stated["told"].null_count()
    if not silent:
        return None
    return (
        f"For {silent} of the {case.record.events.height} dated events the chronology does not say that "
        "children's services were told. What they had been told is counted here on what it does say; had all "
        "been shared, they would have seen what everybody saw."
    )


def as_read(case: Case) -> list[str]:
    """Return sentences on how a person's chronology was read, where it was not as it stood."""
    n = case.read_as.height
    cells = "One cell was" if n == 1 else f"{n} cells were"
    return [
        *case.remarks,
        *([f"{cells} read as something else than written; `risk chronology check` lists what."] if n else []),
    ]


def sentences(review: Review) -> list[str]:
    """Return the dated lines as sentences, in the project's own careful words."""
    path = review.path
    line = f"at a threshold of {path.line} points ({path.price:.3g} assessments for one that is warranted)"
    if review.reached["pooled"].answer == "cannot_be_said":
        lines = [f"Whether the shared record supported an assessment cannot be said {line}."]
    elif review.triggered is None:
        lines = [f"The shared record never supported an assessment {line}."]
    elif review.triggered.latest is None:
        since = day(review.triggered.earliest)
        lines = [f"Possibly from {since} the shared record supported an assessment {line}."]
    else:
        lines = [f"By {when(review.triggered)} the shared record supported an assessment {line}."]
    for viewer, span in review.triggered_for.items():
        who = "What children's services had been told" if viewer == CS else f"{label(viewer)} alone"
        lines.append(f"{who} {f'reached the line on {when(span)}' if span else 'never reached the line'}.")
    if review.triggered is not None and review.assessed is None:
        lines.append("No completed assessment or section 47 enquiry is recorded on or after that day.")
    if review.assessed is not None:
        lines.append(
            "The first assessment completed, or section 47 enquiry, after that came on "
            f"{when(review.assessed)}: {in_days(review.days_between)} later."
        )
    if review.protected is not None:
        lines.append(
            f"The children next left home on {when(review.protected)}: "
            f"{in_days(review.days_to_protection)} later."
        )
    if review.ceiling is not None:
        lines.append(knowable(review))
    return [*lines, *harm(review)]


def harm(review: Review) -> list[str]:
    """Return the sentences on harm in hindsight: its spells, where the line fell, and what the wait held."""
    if not review.hindsight:
        return []
    if not review.harm_spells:
        return [f"{HINDSIGHT}: care never warranted an assessment."]
    record, spells = review.path.record, review.harm_spells
    reached = review.triggered.earliest if review.triggered else None
    there = spells_in_words(spells, record.from_on, record.to_on)
    lines = [f"{HINDSIGHT}: harm was there {there}. {line_in_words(spells, reached)}"]
    waited, harmed = review.days_between, review.days_in_harm_before_assessment
    if waited is not None and waited[1] and harmed is not None:
        lines.append(
            f"Of the {in_days(waited)} from the line to the assessment, {in_days(harmed)} were in harm."
        )
    return lines


def knowable(review: Review) -> str:
    """Return one sentence on the day by which the record made an assessment knowable, if anybody can say."""
    chance = f"1 in {review.path.price:.3g}"
    if review.ceiling is None:
        return NO_CEILING
    whose = "" if review.ceiling == "ceiling" else " By a reference only: here the filter is not exact."
    if review.knowable is None:
        return (
            "Not knowable from the record: even to one who knew exactly how this world works, it never made "
            f"the chance {chance}.{whose}"
        )
    return (
        f"Knowable on {day(review.knowable)}: to one who knew exactly how this world works, the shared "
        f"record then made the chance {chance}{_against(review.days_from_knowable, 'that')}.{whose}"
    )


def _against(days: tuple[int, int | None] | None, what: str) -> str:
    """Return how long after, or before, a day the line was reached."""
    if days is None:
        return "; the line was never reached"
    least, most = days
    if most is None or least != most:
        return f"; the line was reached {least:,} to {'?' if most is None else f'{most:,}'} days after {what}"
    if least == 0:
        return "; the line was reached the same day"
    apart = f"{abs(least):,} {'day' if abs(least) == 1 else 'days'}"
    return f"; the line was reached {apart} {'after' if least > 0 else 'before'} {what}"


def stands_for_in_words(stated: dict[str, float | int | None]) -> str:
    """Return one sentence on what a line means, from `alarms.stands_for`."""
    capacity, false_alarms = stated["assessments_per_1000_child_years"], stated["false_alarms_per_child_year"]
    parts = [f"{stated['price']:.3g} assessments for one that is warranted (at the line itself)"]
    if capacity is not None:
        parts.append(f"{capacity:,.1f} assessments per 1,000 child-years")
    if false_alarms is not None:
        parts.append(f"{false_alarms:.3f} false alarms per unaffected child-year")
    return f"The line stands at {stated['line']} points, which means: {'; '.join(parts)}."


def beside(review: Review) -> str:
    """Return one sentence on what a reader asks beside the score that is explained, worth no points."""
    asked = _beside(review)
    answers, agencies = asked["no_further_action_since_assessment"], asked["agencies_in_26_weeks"]
    return (
        f"Beside the score on {day(review.score_on)}, and worth no points: {answers} "
        f"{'record' if answers == 1 else 'records'} of no further action since an assessment was last "
        f"completed; {agencies} {'agency' if agencies == 1 else 'agencies'} wrote something down in the "
        "26 weeks before."
    )


def _beside(review: Review) -> dict[str, int]:
    known = known_events(review.path.record).filter(pl.col("child_id") == review.path.child_id)
    return context(known, review.score_on)


def said(review: Review, case: Case | None = None) -> list[str]:
    """Return everything there is to say in sentences: the lines, how imprecise, and what is not stated."""
    n_undated = 0 if case is None else case.undated.height
    of_case = [] if case is None else [siblings(case), *as_read(case), not_stated(case), NO_CEILING]
    return [
        *sentences(review),
        *how_sure(review),
        beside(review),
        imprecision(review, n_undated),
        *filter(None, of_case),
    ]


def in_days(days: tuple[int, int] | None) -> str:
    """Return the fewest and the most days of a wait in words."""
    if days is None:
        return "an unknown number of days"
    return f"{days[0]:,} days" if days[0] == days[1] else f"{days[0]:,} to {days[1]:,} days"
