"""The act: an assessment on the day on which one child's record reached the line, and what came of it.

One family that meets the same luck once: one way in which it could have gone, and no average (`acting`).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from risk.core.arguments import need
from risk.core.defaults import DEFAULT_PRICE
from risk.core.errors import InputError
from risk.core.wording import day
from risk.model.alarms import line_at_price
from risk.model.card import Card, as_card
from risk.records.cohort import Cohort, Record
from risk.records.partitions import homes_where
from risk.records.schema import CHILDREN_A_HOUSEHOLD
from risk.reviews.crossings import first_crossings
from risk.world.avoided import AVOIDED, DAYS_TO_ACT, avoided, began, in_harm_then
from risk.world.patterns.standing import case_open
from risk.world.remaking import first_difference
from risk.world.replaying import acting, home_again
from risk.world.scenario import Scenario

NEVER_REACHED: Final = "its record never reached the line"
ENDS: Final = "the record ends on that day"
OPEN: Final = "its case was open already"
NOBODY: Final = "no child lived at home"
ONE_WAY: Final = (
    "One family that meets the same luck once: one way in which it could have gone, and no average; "
    "`risk replay` gives that."
)
NO_WORLD: Final = (
    "What an assessment on that day would have changed cannot be said: only an invented child's years can be "
    "lived again."
)
STRETCHES: Final = {26: "half a year", 52: "a year", 104: "two years"}


@dataclass(frozen=True)
class Acted:
    """What an assessment on the day on which one child's record reached the line would have changed for it.

    on: the day; null if the line was never reached. began: whether an assessment would have begun on it, and
    if not, why_not. in_harm: whether the child was in harm on the day. needless: whether no child of its home
    was. rows: one a stretch of time for which the home is followed, with within_weeks, harm_days_before and
    harm_days_after (the child's), days_avoided, assessments_added (of the home) and removals_added (of its
    children).
    """

    child_id: int
    on: date | None
    began: bool
    why_not: str | None
    in_harm: bool | None
    needless: bool | None
    rows: pl.DataFrame


def act_for_child(
    card: Card,
    cohort: Cohort,
    child_id: int,
    *,
    price: float = DEFAULT_PRICE,
    line: int | None = None,
) -> Acted:
    """Return what an assessment on the day on which this child's record reached the line would have changed.

    One family that meets the same luck once: one way in which it could have gone, and no average. line: as in
    `review_cohort`. Raises InputError for a child who is not in the cohort, and for a cohort that does not
    say how its world is made, or is not made again as it is.

    >>> import risk
    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=5, seed=1)
    >>> act_for_child(risk.Card.shipped(), cohort, 2).on
    datetime.date(2010, 12, 18)
    """
    need("cohort", cohort, Cohort, "a record alone has no world to be made again")
    home = _made_again(cohort, child_id)
    reached = line_at_price(as_card(card), price) if line is None else line
    crossed = first_crossings(as_card(card), home.record, reached).filter(pl.col("child_id") == child_id)
    on: date | None = crossed["crossed_on"].item() if crossed.height else None
    if on is None or on >= home.record.to_on:
        why_not, nothing = NEVER_REACHED if on is None else ENDS, pl.DataFrame(schema=AVOIDED)
        return Acted(child_id, on, False, why_not, None, None, _rows(nothing))
    household = child_id // CHILDREN_A_HOUSEHOLD
    days = pl.DataFrame({"household_id": [household], "assess_on": [on]}, schema=DAYS_TO_ACT)
    after = home_again(home.made, child_id, acting(Scenario.of_cohort(home.made)), days)
    begins = not began(after.record, days).is_empty()
    return Acted(
        child_id=child_id,
        on=on,
        began=begins,
        why_not=None if begins else why_nothing_began(home.record, days),
        in_harm=not in_harm_then(home, days, pl.col("child_id") == child_id).is_empty(),
        needless=in_harm_then(home, days).is_empty() if begins else None,
        rows=_rows(avoided(home, after, days, child_id=child_id)),
    )


def why_nothing_began(record: Record, days: pl.DataFrame) -> str:
    """Return why nothing was begun in a home: how things stood at the end of the day before."""
    before = days.select("household_id", on=pl.col("assess_on").dt.offset_by("-1d"))
    return OPEN if case_open(before, record.events).item() else NOBODY


def _made_again(cohort: Cohort, child_id: int) -> Cohort:
    """Return the home of a child, made again. Raises InputError unless it comes out as it is there."""
    if child_id not in cohort.record.children["child_id"]:
        raise InputError(f"child {child_id} is not in the cohort")
    there = homes_where(cohort, lambda home: home == child_id // CHILDREN_A_HOUSEHOLD)
    again = home_again(cohort.made, child_id)
    odd = first_difference(there.tables(), again.tables())
    if odd is not None:
        raise InputError(
            f"the home of child {child_id} is not made again as it is: {odd} differs; it was changed, or "
            "another version of the package made it"
        )
    return again


def _rows(spared: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of `Acted` from those of `avoided.avoided`, of one home."""
    return spared.select(
        "within_weeks",
        "harm_days_before",
        "harm_days_after",
        days_avoided=pl.col("harm_days_before") - pl.col("harm_days_after"),
        assessments_added=pl.col("assessments_after") - pl.col("assessments_before"),
        removals_added=pl.col("removals_after") - pl.col("removals_before"),
    )


def acted_in_words(acted: Acted) -> list[str]:
    """Return what acting would have changed for one child, as sentences: what is avoided at what price."""
    if acted.on is None:
        return ["No assessment is asked for: the record never reached the line."]
    if not acted.began:
        return [f"An assessment on {day(acted.on)} would have changed nothing: {acted.why_not}."]
    harm = "The child was in harm on that day." if acted.in_harm else "The child was not in harm on that day."
    if acted.needless:
        harm = "No child of the home was in harm on that day: in hindsight nothing warranted it then."
    if acted.rows.is_empty():
        return [f"Had an assessment begun on {day(acted.on)}: too little time follows to say more.", harm]
    return [
        f"Had an assessment begun on {day(acted.on)}: {_days(acted.rows)}.",
        harm,
        _taken(acted.rows),
        ONE_WAY,
    ]


def _days(rows: pl.DataFrame) -> str:
    """Return the child's days in harm within each stretch, as they would have been and as they were."""
    harm = rows.select("within_weeks", "harm_days_before", "harm_days_after").rows()
    if (rows["days_avoided"] == 0).all():
        stretches = (f"{before:,} within {STRETCHES[weeks]}" for weeks, before, _ in harm)
        return f"as many days in harm as there were, {', '.join(stretches)}"
    stretches = (
        f"{after:,} instead of {before:,} within {STRETCHES[weeks]}" for weeks, before, after in harm
    )
    return f"days in harm, {', '.join(stretches)}"


def _taken(rows: pl.DataFrame) -> str:
    """Return what acting would have taken, within the longest stretch for which the home is followed."""
    last = rows.row(-1, named=True)
    changes = [
        f"{_more(last[name])} {one if abs(last[name]) == 1 else many}"
        for name, one, many in (
            ("assessments_added", "assessment of the home", "assessments of the home"),
            ("removals_added", "child taken into care", "children taken into care"),
        )
        if last[name]
    ]
    meant = " and ".join(changes) or "no more assessments than there were"
    return f"Within {STRETCHES[last['within_weeks']]} it would have meant {meant}."


def _more(n: int) -> str:
    return f"{abs(n)} {'more' if n > 0 else 'fewer'}"


def acting_document(card: Card, cohort: Cohort, child_id: int, *, line: int) -> dict[str, Any]:
    """Return what acting would have changed for one child, as a document has it, or why nobody can say.

    line: at which the child's record supports an assessment.
    """
    try:
        acted = act_for_child(card, cohort, child_id, line=line)
    except InputError as error:
        return acting_not_known(f"What an assessment on that day would have changed cannot be said: {error}.")
    return {
        "known": True,
        "assess_on": acted.on,
        "began": acted.began,
        "why_not": acted.why_not,
        "in_harm_that_day": acted.in_harm,
        "needless_that_day": acted.needless,
        "within": acted.rows.to_dicts(),
        "in_words": acted_in_words(acted),
    }


def acting_not_known(why: str) -> dict[str, Any]:
    """Return the document that says why nobody can say what acting would have changed."""
    return {"known": False, "in_words": [why]}
