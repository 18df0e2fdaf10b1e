"""Reviewing: what falls due while a plan is open, and how a review is held, of a plan or of care."""

from risk.world.compiled import compiled
from risk.world.simulate.casework import (
    class_of_youngest,
    close,
    discuss_strategy,
    end_plan,
    finding,
    finds,
    is_reassured,
    set_review,
    start_in_need_plan,
    start_proceedings,
)
from risk.world.simulate.codes import NONE, Finding, Kind, Reason
from risk.world.simulate.home import Home
from risk.world.simulate.luck import DECISION, OUTCOME
from risk.world.simulate.papers import Row, keep_visit, write
from risk.world.simulate.returning import comes_back


@compiled
def review_in_need_plan(home: Home, day: int) -> None:
    """End a child in need plan where no need is found, go on where it is, and enquire where it grew."""
    review = write(home, Kind.meeting, day, home.opened_by)
    found = finds(home, home.practice.finds_need)
    review.finding = finding(found)
    keep_visit(home, review.event_id, is_reassured(home))
    if found and comes_back(home, day):
        return
    # A plan does not end while the assessment that came with an enquiry is still open, nor on its last day.
    if not found and home.assessment == NONE and home.assessed != day:
        close(home, day, Reason.services_ceased)
    elif found and home.u[OUTCOME] < home.practice.strategy_after_assessment:
        discuss_strategy(home, day, home.opened_by)
    else:
        set_review(home, day, home.practice.in_need_review_days)


@compiled
def review_protection_plan(home: Home, day: int) -> None:
    """Hold a review conference: go to court, go on with the plan, or step it down to a plan of need.

    A first conference that finds no more harm mostly waits for the next to find so too.
    """
    review = write_review(home, day)
    ends = home.is_reviewed or home.u[DECISION] < home.practice.ends_at_first_review
    home.is_reviewed = True
    if review.finding == Finding.unsubstantiated and ends:
        end_plan(home, day)
        start_in_need_plan(home, day, review.event_id)
    elif not goes_to_court(home, day, review):
        set_review(home, day, home.practice.later_review_days)


@compiled
def write_review(home: Home, day: int) -> Row:
    """Hold a review of a plan or of care, and return the row that says what it found."""
    review = write(home, Kind.review_conference, day, home.opened_by)
    review.finding = finding(finds(home, home.practice.finds_at_review))
    keep_visit(home, review.event_id, is_reassured(home))
    return review


@compiled
def goes_to_court(home: Home, day: int, review: Row) -> bool:
    """Go to court after some reviews that find significant harm, and return whether."""
    readily = home.practice.applies_by_age[class_of_youngest(home, day)]
    goes: bool = home.u[OUTCOME] < home.practice.applies_to_court * readily
    if goes and review.finding == Finding.substantiated:
        start_proceedings(home, day, review.event_id)
        return True
    return False
