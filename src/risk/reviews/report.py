"""The report: a review in words and as one JSON document.

"Should have triggered" always means: by this day, the shared record supported an assessment at this
threshold. No sentence here blames anybody.
"""

from typing import Final

import polars as pl

from risk.chronologies.case import Case
from risk.core.kinds import AGENCIES, CONCERNS, CS, label
from risk.core.wording import day, of_ten
from risk.model.explanation import context
from risk.model.features import known_events
from risk.reviews.answers import (
    WAYS,
    apart,
    by_shares,
    capital,
    in_a_sentence,
    is_one_day,
    share_ever,
    undated,
)
from risk.reviews.dated_lines import Review, Span
from risk.reviews.harm_spells import HINDSIGHT, line_in_words, spells_in_words
from risk.reviews.placings.questions import TOLD_ALL
from risk.reviews.placings.reached import Reached

NO_CEILING: Final = "What was knowable can be worked out only for an invented child."
NO_JUDGEMENT: Final = (
    "Found by rule, from what is written down. No record of a thing looks the same as the thing not done; "
    "which it was, and what was right, people have to ask."
)
SHARED_RECORD = "The shared record is what all of them had written down, put together."
SAYS_REPORTED: Final = "the account says it was reported"
THE_WAYS: Final = "the ways"
AS_TOLD: Final = "What children's services had been told"
REMOVED: Final = ("police_protection", "emergency_protection_order", "interim_care_order", "care_order")


def headline(review: Review) -> str:
    """Return the answer: by which day the shared record supported an assessment, and how sure that is."""
    pooled, line = review.reached["pooled"], _at_the_line(review)
    if pooled.answer == "cannot_be_said":
        return f"Cannot be said: {undated(pooled)}, and only with them could the shared record reach {line}."
    if pooled.earliest is None:
        more = ", not even with every undated concern at its most" if pooled.n_undated else ""
        return f"The shared record never supported an assessment at {line}{more}."
    if is_one_day(pooled):
        return f"By {day(pooled.earliest)} the shared record supported an assessment at {line}."
    if pooled.answer == "perhaps":
        share = f"in {share_ever(pooled)} of {WAYS}"
        since = f"Possibly from {day(pooled.earliest)}"
        return f"{since} the shared record supported an assessment at {line}: {share}."
    enough = f"held enough for an assessment (the line, {review.path.line} points)"
    shares = by_shares(pooled, f" of {WAYS} {enough}")
    return f"{capital(shares)}{_before_they_left(review)}."


def _at_the_line(review: Review) -> str:
    return f"the line of {_line(review)}"


def _line(review: Review) -> str:
    path = review.path
    return f"{path.line} points (of {path.price:.3g} assessments made there, one is warranted)"


def _before_they_left(review: Review) -> str:
    """Return how long before the children left home the last of the placings had crossed the line."""
    latest, left = review.reached["pooled"].latest, review.protected
    if latest is None or left is None or left.earliest <= latest:
        return ""
    return f": at least {apart(latest, left.earliest)} before the children {how_left(review)}"


def how_left(review: Review) -> str:
    """Return in words how the children left home: removed, where a power or an order says so."""
    if review.protected is None:
        return "left home"
    events = review.path.events.filter(pl.col("recorded_on") == review.protected.earliest)
    return "were removed" if events["kind"].is_in(REMOVED).any() else "left home"


def what_if(review: Review) -> str | None:
    """Return the answer with what has no date where the account allows it, named a what if; null for none."""
    if review.what_if is None:
        return None
    pooled = review.what_if.reached["pooled"]
    begins = f"What if {added(review)} counted too, whenever the account allows?"
    if pooled.answer == "by_this_day" and not is_one_day(pooled):
        return f"{begins} {capital(by_shares(pooled, ' of the ways held enough'))}."
    return f"{begins} {in_a_sentence('The shared record', pooled)}."


def added(review: Review) -> str:
    """Return in words what has no date and is counted in the what if."""
    if review.what_if is None:
        return "nothing"
    columns = ["agency", "kind", "what"]
    events = review.what_if.path.events.join(review.path.events, on=columns, how="anti", nulls_equal=True)
    held_by = [label(a) for a in AGENCIES if a in set(events["agency"])]
    who = " and ".join(filter(None, [", ".join(held_by[:-1]), *held_by[-1:]]))
    if events["disclosed_by_child"].all():
        return f"what the child told {who.lower() if len(held_by) < 3 else who}"
    return f"{events.height} undated {'record' if events.height == 1 else 'records'} ({who})"


def siblings(case: Case) -> str | None:
    """Return one sentence on whom the review is about, where a chronology names several children."""
    names = case.record.children.sort("child_id")["given_name"].to_list()
    if len(names) == 1:
        return None
    others = "counts as a sibling" if len(names) == 2 else "count as siblings"
    return f"This is about {names[0]}; {', '.join(names[1:])} {others}."


def imprecision(review: Review, n_undated: int = 0) -> str:
    """Return one sentence or two on how well dates are known."""
    events = review.path.events
    imprecise = events.filter(pl.col("latest_on") > pl.col("recorded_on")).height
    more = f" {n_undated} more {_are(n_undated)} undated: listed, not scored." if n_undated else ""
    if not imprecise:
        return f"Every dated event ({events.height}) is known to the day, so the answer is exact.{more}"
    return (
        f"Some dates are only known to the month or year ({imprecise} of {events.height}); each day they "
        f"allow counts as equally likely.{more}"
    )


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def not_stated(review: Review) -> str | None:
    """Return how much the account does not say children's services were told; null if it says all."""
    if review.stated is None:
        return None
    events = review.path.events.join(review.stated, on="event_id", how="left", maintain_order="left")
    told = events.filter(pl.col("kind").is_in(list(CONCERNS)), pl.col("agency") != CS)["told"]
    silent, kept = told.null_count(), int((~told).sum())
    if not silent:
        return None
    were_not = f", that {kept} {'was' if kept == 1 else 'were'} not" if kept else ""
    return (
        f"Children's services: of {len(told)} dated concerns the account says that {told.sum()} "
        f"{'was' if told.sum() == 1 else 'were'} reported to them{were_not}, and does not say of {silent}."
    )


def believed(review: Review) -> str | None:
    """Return in how many records a child spoke, and in how many of these it was believed; null for none."""
    path = review.path if review.what_if is None else review.what_if.path
    spoke = path.events.filter("disclosed_by_child")["believed"]
    if not len(spoke):
        return None
    counts = (("believed", spoke.sum()), ("not believed", spoke.eq(False).sum()))
    parts = [f"{words} in {n}" for words, n in (*counts, ("belief not stated", spoke.null_count())) if n]
    return f"A child spoke in {len(spoke)} {'record' if len(spoke) == 1 else 'records'}: {', '.join(parts)}."


def as_read(case: Case) -> list[str]:
    """Return sentences on how a person's chronology was read, where it was not as it stood."""
    n = case.read_as.height
    cells = "One cell was" if n == 1 else f"{n} cells were"
    return [
        *case.remarks,
        *([f"{cells} read as something else than written; `risk chronology check` lists what."] if n else []),
    ]


def sentences(review: Review) -> list[str]:
    """Return the dated lines as sentences, most important first, in the project's own careful words."""
    supposed = what_if(review)
    return [
        headline(review),
        *([supposed] if supposed else []),
        *who_alone(review),
        *what_followed(review),
        *([] if review.ceiling is None else [knowable(review)]),
        *harm(review),
    ]


def who_alone(review: Review) -> list[str]:
    """Return sentences on who could have seen it with what it held alone, and with what it was told."""
    alone = {v: r for v, r in review.reached.items() if v not in ("pooled", CS, TOLD_ALL)}
    had = {v: r for v, r in alone.items() if r.answer in ("by_this_day", "perhaps")}
    open_for = [label(v) for v, r in alone.items() if r.answer == "cannot_be_said"]
    lines = [f"{in_a_sentence(f'{label(v)} alone', reached, THE_WAYS)}." for v, reached in had.items()]
    if not had and alone and not open_for:
        lines = ["No agency on its own ever had enough."]
    elif len(had) + len(open_for) < len(alone):
        lines.append("No other agency on its own ever had enough.")
    if open_for:
        lines.append(f"Cannot be said of {' and '.join(open_for)} alone: what they held has no date.")
    return [*lines, *_services(review)]


def _services(review: Review) -> list[str]:
    """Return sentences on what children's services had been told: a band, where that is not stated."""
    told = review.reached.get(CS)
    if told is None:
        return []
    if TOLD_ALL not in review.reached:
        return [f"{in_a_sentence(AS_TOLD, told)}."]
    least = in_a_sentence("What it says was reported", told, THE_WAYS)
    everything = review.reached[TOLD_ALL]
    rest = in_a_sentence("told all the rest, they", everything, THE_WAYS)
    if _as_everybody(everything, review.reached["pooled"]):
        rest = "told all the rest, they had what everybody had"
    return [f"{not_stated(review) or ''} {least}; {rest}.".strip()]


def _as_everybody(one: Reached, other: Reached) -> bool:
    days = ("earliest", "latest", "median", "nine_in_ten")
    return all(getattr(one, d) == getattr(other, d) for d in days)


def what_followed(review: Review) -> list[str]:
    """Return sentences on the first assessment after the line was reached, and on leaving home."""
    if review.triggered is None:
        return []
    lines = []
    left = None
    if review.protected is not None:
        left = f"{how_left(review)} {when(review.protected)}"
    if review.assessed is None:
        lines.append("No completed assessment or section 47 enquiry is recorded after that.")
    else:
        lines.append(
            "The first assessment completed, or section 47 enquiry, after that came "
            f"{when(review.assessed)}: {in_days(review.days_between)} after the line was reached."
        )
    if left is not None:
        lines.append(f"The children {left}: {in_days(review.days_to_protection)} after the line was reached.")
    return lines


def when(span: Span) -> str:
    """Return a span of days as a sentence says it."""
    if span.latest is None:
        return f"possibly, from {day(span.earliest)}"
    if span.latest == span.earliest:
        return f"on {day(span.earliest)}"
    return f"between {day(span.earliest)} and {day(span.latest)}"


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
    price = stated["price"] or 1.0  # `stands_for` knows it of every line
    parts = [
        f"of {price:.3g} assessments made there, one is warranted (of ten children, {of_ten(1 / price)})"
    ]
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
        f"Beside the score on {day(review.score_on)}, worth no points: {answers} "
        f"{'record' if answers == 1 else 'records'} of no further action since the last assessment; "
        f"{agencies} {'agency' if agencies == 1 else 'agencies'} wrote in the 26 weeks before."
    )


def _beside(review: Review) -> dict[str, int]:
    known = known_events(review.path.record).filter(pl.col("child_id") == review.path.child_id)
    return context(known, review.score_on)


def said(review: Review, case: Case | None = None) -> list[str]:
    """Return everything there is to say in sentences, most important first; it fits on a screen."""
    n_undated = 0 if case is None else case.undated.height
    of_case = [] if case is None else [siblings(case), *as_read(case), NO_CEILING]
    pooled = review.reached["pooled"]
    line = None if is_one_day(pooled) or pooled.answer != "by_this_day" else f"The line is {_line(review)}."
    more = [believed(review), imprecision(review, n_undated), line, *of_case, beside(review)]
    return [*sentences(review), *filter(None, more)]


def in_days(days: tuple[int, int] | None) -> str:
    """Return the fewest and the most days of a wait in words."""
    if days is None:
        return "an unknown number of days"
    return f"{days[0]:,} days" if days[0] == days[1] else f"{days[0]:,} to {days[1]:,} days"
