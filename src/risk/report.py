"""The report: a review in words and as one JSON document.

"Should have triggered" always means: by this day, the shared record supported an assessment at this
threshold. No sentence here blames anybody.
"""

from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from risk.case import Case
from risk.explanation import context
from risk.features import known_events
from risk.kinds import INVENTED, NOT_FOR_DECISIONS, label
from risk.missed import MISSED
from risk.review import CS, Review, Span

NO_CEILING: Final = (
    "What was knowable cannot be said: a chronology of one's own has no ceiling, only an invented child has."
)
NO_JUDGEMENT: Final = (
    "Found by rule, from what is written down. No record of a thing looks the same as the thing not done; "
    "which it was, and what was right, people have to ask."
)
MEANS: Final = {
    "harm": "In hindsight, from the hidden truth: the day from which care warranted an assessment.",
    "knowable": "To one who knew exactly how this invented world works, from the shared record.",
    "triggered": "The day by which the shared record supported an assessment.",
    "alone": "The same, on what it alone held.",
    "assessed": "The first completed assessment or section 47 enquiry after that.",
    "protected": "The first day after that on which the children left home.",
}
TOLD: Final = "children's services, as told"
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
            "this does not move the day the line was reached"
            if days == 0
            else (
                f"this moves the day the line was reached by up to {days} days, from "
                f"{day(found.triggered.earliest)} to {day(found.triggered.latest)}"
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
    others = "counts as a sibling" if len(names) == 2 else "count as siblings"
    return f"This is about {names[0]}; {', '.join(names[1:])} {others}."


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


def as_read(case: Case) -> list[str]:
    """Return sentences on how a person's chronology was read, where it was not as it stood."""
    n = case.read_as.height
    counted = "One cell was" if n == 1 else f"{n} cells were"
    return [
        *case.remarks,
        *(
            [f"{counted} read as something else than written; `risk chronology check` lists what."]
            if n
            else []
        ),
    ]


def as_document(found: Review, case: Case | None = None) -> dict[str, Any]:
    """Return the review as one JSON document: dated lines, missed opportunities, events with their points.

    Days between two lines are the least and the most that imprecise dates allow, null for no bound; silo_gap
    holds the same for each viewer against all together, with the highest points it ever had. `points` of the
    events sum exactly to `score`, the score on `score_on`. case: the person's chronology
    that was reviewed, for what it does not say.
    """
    path = found.path
    events = found.events()
    undated = [] if case is None else case.undated.to_dicts()
    alone = {viewer: _document(span) for viewer, span in found.triggered_for.items()}
    return {
        "about": INVENTED if case is None else NOT_FOR_DECISIONS,
        "child_id": path.child_id,
        "price": path.price,
        "line_points": path.line,
        "line_probability": round(float(path.card.probability(path.line)), 4),
        "harm_began_on": found.harm_began,
        "knowable_on": found.knowable,
        "knowable": knowable(found),
        "ceiling": found.ceiling,
        "triggered_on": _document(found.triggered),
        "triggered_for": alone,
        "triggered_by_viewer": alone,
        "silo_gap": {row.pop("viewer"): row for row in found.silo.to_dicts()},
        "assessed_on": _document(found.assessed),
        "days_between": _least_most(found.days_between),
        "days_from_harm": _least_most(found.days_from_harm),
        "days_from_knowable": _least_most(found.days_from_knowable),
        "left_home_on": _document(found.protected),
        "days_to_leaving_home": _least_most(found.days_to_protection),
        "missed_opportunities": found.missed.drop("child_id").to_dicts(),
        "imprecision": imprecision(found, len(undated)),
        "not_stated": None if case is None else not_stated(case),
        "read_as": [] if case is None else case.read_as.to_dicts(),
        "remarks": [] if case is None else case.remarks,
        "score_on": found.score_on,
        "score": int(events["points"].sum()),
        "beside_score": _beside(found),
        "events": events.to_dicts(),
        "undated_events": undated,
    }


def _document(span: Span | None) -> dict[str, date | None] | None:
    return None if span is None else {"earliest": span.earliest, "latest": span.latest}


def _least_most(days: tuple[int, int | None] | None) -> dict[str, int | None] | None:
    return None if days is None else {"least": days[0], "most": days[1]}


def sentences(found: Review) -> list[str]:
    """Return the dated lines as sentences, in the project's own careful words."""
    path = found.path
    line = f"at a threshold of {path.line} points ({path.price:.3g} assessments for one that is warranted)"
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
            f"{when(found.assessed)}: {in_days(found.days_between)} later."
        )
    if found.protected is not None:
        lines.append(
            f"The children next left home on {when(found.protected)}: "
            f"{in_days(found.days_to_protection)} later."
        )
    if found.ceiling is not None:
        lines.append(knowable(found))
    if found.hindsight and found.harm_began is None:
        lines.append("In hindsight, from the hidden truth: care never warranted an assessment.")
    if found.harm_began is not None:
        began = "was there from" if found.harm_began == path.record.from_on else "began on"
        then = _against(found.days_from_harm, "harm")
        lines.append(f"In hindsight, from the hidden truth: harm {began} {day(found.harm_began)}{then}.")
    return lines


def knowable(found: Review) -> str:
    """Return one sentence on the day by which the record made an assessment knowable, if anybody can say."""
    chance = f"1 in {found.path.price:.3g}"
    if found.ceiling is None:
        return NO_CEILING
    whose = "" if found.ceiling == "ceiling" else " By a reference only: here the filter is not exact."
    if found.knowable is None:
        return (
            "Not knowable from the record: even to one who knew exactly how this world works, it never made "
            f"the chance {chance}.{whose}"
        )
    return (
        f"Knowable on {day(found.knowable)}: to one who knew exactly how this world works, the shared record "
        f"then made the chance {chance}{_against(found.days_from_knowable, 'that')}.{whose}"
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


def missed_table(found: Review) -> pl.DataFrame:
    """Return the missed opportunities as people read them: from which day, what, and which records show it.

    Records are numbered as in the chronology, from 1.
    """
    number = {event: n for n, event in enumerate(found.path.events["event_id"], start=1)}
    rows = [
        (
            _could_be_said(row["on"], row["to"]),
            f"{MISSED[row['finding']]}. {row['says']} ({_records([number[e] for e in row['event_ids']])})",
        )
        for row in found.missed.iter_rows(named=True)
    ]
    columns = {"could be said from": pl.String, "what the record shows": pl.String}
    return pl.DataFrame(rows, schema=columns, orient="row")


def dated_table(found: Review) -> pl.DataFrame:
    """Return the dated lines as people read them: which line, when, and what it means.

    Those who alone never reached the line share a row.
    """
    known = "Never" if found.knowable is None else window(found.knowable, found.knowable)
    lines = [
        *([("Harm began", _harm(found), MEANS["harm"])] if found.hindsight else []),
        *([("Knowable", known, MEANS["knowable"])] if found.ceiling is not None else []),
        ("Triggered", when_or_never(found.triggered), MEANS["triggered"]),
        *_by_whom(found),
        ("Assessed", when_or_never(found.assessed), MEANS["assessed"]),
        ("Left home", when_or_never(found.protected), MEANS["protected"]),
    ]
    return pl.DataFrame(lines, schema=["line", "when", "what it means"], orient="row")


def _harm(found: Review) -> str:
    if found.harm_began is None:
        return "Never"
    by = "By " if found.harm_began == found.path.record.from_on else ""
    return f"{by}{window(found.harm_began, found.harm_began)}"


def _by_whom(found: Review) -> list[tuple[str, str, str]]:
    """Return who alone reached the line and when, and last, in one row, all who never did."""
    reached = [
        (f"Triggered for {_whom(v)}", when_or_never(span), MEANS["alone"])
        for v, span in found.triggered_for.items()
        if span is not None
    ]
    never = [_whom(v) for v, span in found.triggered_for.items() if span is None]
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


def stands_for_in_words(stated: dict[str, float | int | None]) -> str:
    """Return one sentence on what a line means, from `alarms.stands_for`."""
    capacity, false_alarms = stated["assessments_per_1000_child_years"], stated["false_alarms_per_child_year"]
    parts = [f"{stated['price']:.3g} assessments for one that is warranted (at the line itself)"]
    if capacity is not None:
        parts.append(f"{capacity:,.1f} assessments per 1,000 child-years")
    if false_alarms is not None:
        parts.append(f"{false_alarms:.3f} false alarms per unaffected child-year")
    return f"The line stands at {stated['line']} points, which means: {'; '.join(parts)}."


def beside(found: Review) -> str:
    """Return one sentence on what a reader asks beside the score that is explained, worth no points."""
    asked = _beside(found)
    answers, agencies = asked["no_further_action_since_assessment"], asked["agencies_in_26_weeks"]
    return (
        f"Beside the score on {day(found.score_on)}, and worth no points: {answers} "
        f"{'record' if answers == 1 else 'records'} of no further action since an assessment was last "
        f"completed; {agencies} {'agency' if agencies == 1 else 'agencies'} wrote something down in the "
        "26 weeks before."
    )


def _beside(found: Review) -> dict[str, int]:
    known = known_events(found.path.record).filter(pl.col("child_id") == found.path.child_id)
    return context(known, found.score_on)


def said(found: Review, case: Case | None = None) -> list[str]:
    """Return everything there is to say in sentences: the lines, how imprecise, and what is not stated."""
    n_undated = 0 if case is None else case.undated.height
    of_case = [] if case is None else [siblings(case), *as_read(case), not_stated(case), NO_CEILING]
    return [*sentences(found), beside(found), imprecision(found, n_undated), *filter(None, of_case)]


def in_days(days: tuple[int, int] | None) -> str:
    """Return the fewest and the most days of a wait in words."""
    if days is None:
        return "an unknown number of days"
    return f"{days[0]:,} days" if days[0] == days[1] else f"{days[0]:,} to {days[1]:,} days"
