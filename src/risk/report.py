"""The report: a review in words and as one JSON document.

"Should have triggered" always means: by this day, the shared record supported an assessment at this
threshold. No sentence here blames anybody.
"""

from datetime import date, timedelta
from typing import Any

import polars as pl

from risk.case import Case
from risk.kinds import INVENTED, NOT_FOR_DECISIONS, label
from risk.review import CS, Review, Span

SHARED_RECORD = "The shared record is what all of them had written down, put together."


def imprecision(found: Review, n_undated: int = 0) -> str:
    """Return one sentence that says how imprecise dates move the answer."""
    imprecise = found.path.events.filter(pl.col("latest_on") > pl.col("recorded_on")).height
    whole = found.path.events.height
    undated = f" Undated, and so listed and not scored: {n_undated}." if n_undated else ""
    if not imprecise:
        return f"Every dated event ({whole}) is known to the day, so the answer is exact.{undated}"
    known = f"{imprecise} of the {whole} dated events {_are(imprecise)} known only to a window"
    if found.triggered is None:
        return f"{known}; wherever in it they fell, the line is not reached.{undated}"
    if found.triggered.latest is None:
        moved = f"the line may have been reached as early as {day(found.triggered.earliest)}, or not at all"
    else:
        days = (found.triggered.latest - found.triggered.earliest).days
        moved = (
            f"this moves the day the line was reached by up to {days} days, from "
            f"{day(found.triggered.earliest)} to {day(found.triggered.latest)}"
        )
    return f"{known}; {moved}.{undated}"


def when(span: Span) -> str:
    """Return a span of days as it reads after "on" or "by"."""
    if span.latest is None:
        return f"{day(span.earliest)} at the earliest, and perhaps never"
    if span.latest == span.earliest:
        return day(span.earliest)
    return f"{day(span.earliest)} at the earliest and {day(span.latest)} at the latest"


def window(earliest: date, latest: date) -> str:
    """Return a window of days as shortly as it can be said: a day, a month, a year, or from A to B."""
    if earliest == latest:
        return f"{earliest.day} {earliest:%b %Y}"
    first_of_month, last_of_month = earliest.day == 1, (latest + timedelta(days=1)).day == 1
    if not (first_of_month and last_of_month):
        return f"{earliest.day} {earliest:%b %Y} to {latest.day} {latest:%b %Y}"
    whole_years = earliest.month == 1 and latest.month == 12
    start, end = (f"{d:%Y}" if whole_years else f"{d:%b %Y}" for d in (earliest, latest))
    return start if start == end else f"{start} to {end}"


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def day(on: date) -> str:
    """Return a date as people in Britain write it, 2 October 2012."""
    return f"{on.day} {on:%B %Y}"


def siblings(case: Case) -> str | None:
    """Return one sentence on whom the review is about, where a chronology names several children."""
    names = case.record.children.sort("child_id")["given_name"].to_list()
    if len(names) == 1:
        return None
    return f"This is about {names[0]}; {', '.join(names[1:])} count as siblings."


def not_stated(case: Case) -> str | None:
    """Return one sentence on how many events a person's chronology does not say were shared; null if none."""
    silent = case.record.events.filter(pl.col("shared_on").is_null()).height
    if not silent:
        return None
    return (
        f"For {silent} of the {case.record.events.height} dated events the chronology does not say that "
        "children's services were told. What they had been told is counted here on what it does say; had all "
        "been shared, they would have seen what everybody saw."
    )


def as_document(found: Review, case: Case | None = None) -> dict[str, Any]:
    """Return the review as one JSON document: dated lines, and every event with its points.

    `points` of the events sum exactly to `score`, the score on `score_on`. case: the person's chronology
    that was reviewed, for what it does not say.
    """
    path = found.path
    events = found.events()
    undated = [] if case is None else case.undated.to_dicts()
    return {
        "about": INVENTED if case is None else NOT_FOR_DECISIONS,
        "child_id": path.child_id,
        "price": path.price,
        "line_points": path.line,
        "line_probability": round(float(path.card.probability(path.line)), 4),
        "harm_began_on": found.harm_began,
        "triggered_on": _document(found.triggered),
        "triggered_for": {viewer: _document(span) for viewer, span in found.triggered_for.items()},
        "assessed_on": _document(found.assessed),
        "days_between": _least_most(found.days_between),
        "left_home_on": _document(found.protected),
        "days_to_leaving_home": _least_most(found.days_to_protection),
        "imprecision": imprecision(found, len(undated)),
        "not_stated": None if case is None else not_stated(case),
        "score_on": found.score_on,
        "score": int(events["points"].sum()),
        "events": events.to_dicts(),
        "undated_events": undated,
    }


def _document(span: Span | None) -> dict[str, date | None] | None:
    return None if span is None else {"earliest": span.earliest, "latest": span.latest}


def _least_most(days: tuple[int, int] | None) -> dict[str, int] | None:
    return None if days is None else {"least": days[0], "most": days[1]}


def sentences(found: Review) -> list[str]:
    """Return the dated lines as sentences, in the project's own careful words."""
    path = found.path
    line = f"at a threshold of {path.line} points ({path.price:g} assessments for one that is warranted)"
    if found.triggered is None:
        lines = [f"The shared record never supported an assessment {line}."]
    else:
        lines = [f"By {when(found.triggered)} the shared record supported an assessment {line}."]
    for viewer, span in found.triggered_for.items():
        who = "What children's services had been told" if viewer == CS else f"{label(viewer)} alone"
        lines.append(f"{who} {f'reached the line on {when(span)}' if span else 'never reached the line'}.")
    if found.triggered is not None and found.assessed is None:
        lines.append("No completed assessment or section 47 enquiry is recorded on or after that day.")
    if found.assessed is not None:
        lines.append(
            "The first assessment completed, or section 47 enquiry, after that came on "
            f"{when(found.assessed)}: {_range(found.days_between)} later."
        )
    if found.protected is not None:
        lines.append(
            f"The children next left home on {when(found.protected)}: "
            f"{_range(found.days_to_protection)} later."
        )
    if found.harm_began is not None:
        began = "was there from" if found.harm_began == path.record.from_on else "began on"
        lines.append(f"In hindsight, from the hidden truth: harm {began} {day(found.harm_began)}.")
    return lines


def said(found: Review, case: Case | None = None) -> list[str]:
    """Return everything there is to say in sentences: the lines, how imprecise, and what is not stated."""
    n_undated = 0 if case is None else case.undated.height
    of_case = [] if case is None else [siblings(case), not_stated(case)]
    return [*sentences(found), imprecision(found, n_undated), *filter(None, of_case)]


def _range(days: tuple[int, int] | None) -> str:
    if days is None:
        return "an unknown number of days"
    return f"{days[0]:,} days" if days[0] == days[1] else f"{days[0]:,} to {days[1]:,} days"
