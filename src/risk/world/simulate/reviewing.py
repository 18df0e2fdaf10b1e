"""Reviewing: what falls due while a plan or a period of care is open."""

from risk.core.arrays import Bools, Ints
from risk.core.calendar import add_working_days
from risk.world.simulate.block import NEVER, NONE, Block
from risk.world.simulate.casework import (
    DECISION,
    IN_CARE,
    OUTCOME,
    Draws,
    accommodate,
    close,
    discuss_strategy,
    end_plan,
    finding,
    finds,
    keep_visit,
    return_home,
    set_review,
    start_in_need_plan,
    start_proceedings,
    to_stage,
)


def review_in_need_plan(block: Block, where: Ints, day: int, u: Draws) -> None:
    """End a child in need plan where no need is found, go on where it is, and enquire where it grew."""
    assumed = block.scenario.practice
    found, reassured = finds(block, where, assumed.finds_need, u)
    worse = found & (u(OUTCOME, where) < assumed.strategy_after_assessment)
    # A plan does not end while the assessment that came with an enquiry is still open.
    ends = ~found & (block.assessment[where] == NONE)
    closed = close(block, where[ends], day, "services_ceased")
    keep_visit(block, where[ends], closed, reassured[ends])
    discuss_strategy(block, where[worse], day, block.opened_by[where[worse]])
    goes_on = where[~ends & ~worse]
    block.due[goes_on] = add_working_days(day + 7 * assumed.in_need_review_weeks, 0)


def review_protection_plan(block: Block, where: Ints, day: int, u: Draws) -> None:
    """Hold a review conference: go to court, go on with the plan, or step it down to a plan of need."""
    assumed = block.scenario.practice
    found, court, review = _review(block, where, day, u)
    stepped_down = where[~found]
    end_plan(block, stepped_down, day)
    start_in_need_plan(block, stepped_down, day, review[~found])
    set_review(block, where[found & ~court], day, assumed.later_review_days, u)


def _review(block: Block, where: Ints, day: int, u: Draws) -> tuple[Bools, Bools, Ints]:
    """Hold a review and go to court after some; return what it found, who goes, and the reviews."""
    assumed = block.scenario.practice
    found, reassured = finds(block, where, assumed.finds_at_review, u)
    review = block.write(
        where, "review_conference", day, finding=finding(found), answers=block.opened_by[where]
    )
    keep_visit(block, where, review, reassured)
    court = found & (u(OUTCOME, where) < assumed.applies_to_court)
    start_proceedings(block, where[court], day, review[court])
    return found, court, review


def end_police_protection(block: Block, where: Ints, day: int, u: Draws) -> None:
    """After 72 hours: go to court, accommodate, or return home and enquire."""
    assumed = block.scenario.practice
    found, reassured = finds(block, where, assumed.finds_at_review, u)
    goes_home = ~found & (u(DECISION, where) < assumed.returns_home)
    returns = return_home(block, where[goes_home], day)
    keep_visit(block, where[goes_home], returns, reassured[goes_home])
    discuss_strategy(block, where[goes_home], day, returns)
    court = found & (u(OUTCOME, where) < assumed.applies_to_court)
    start_proceedings(block, where[court], day, block.opened_by[where[court]])
    stays = where[~goes_home & ~court]
    accommodate(block, stays, day, block.opened_by[stays])


def end_emergency_order(block: Block, where: Ints, day: int, u: Draws) -> None:
    """When the emergency order ends, the court makes an interim care order."""
    start_proceedings(block, where, day, block.opened_by[where])


def review_care(block: Block, where: Ints, day: int, u: Draws) -> None:
    """Review the care of children accommodated: go to court, stay, or return home with a plan of need."""
    assumed = block.scenario.practice
    found, court, _ = _review(block, where, day, u)
    goes_home = ~found & (u(DECISION, where) < assumed.returns_home)
    returns = return_home(block, where[goes_home], day)
    start_in_need_plan(block, where[goes_home], day, returns)
    stays = where[~court & ~goes_home]
    block.due[stays] = add_working_days(day + 7 * assumed.care_review_weeks, 0)


def end_proceedings(block: Block, where: Ints, day: int, u: Draws) -> None:
    """Let the court make a care order or not; a conviction may follow."""
    assumed = block.scenario.practice
    ordered = u(OUTCOME, where) < assumed.court_orders_care
    order = block.write(
        where[ordered], "care_order", day, agency="court", answers=block.opened_by[where[ordered]]
    )
    to_stage(block, where[ordered], IN_CARE, NEVER, order)
    convicted = where[ordered][u(DECISION, where[ordered]) < assumed.convicts]
    block.write(convicted, "conviction", day, agency="court", answers=block.opened_by[convicted])
    home = where[~ordered]
    returned = return_home(block, home, day)
    start_in_need_plan(block, home, day, returned)
