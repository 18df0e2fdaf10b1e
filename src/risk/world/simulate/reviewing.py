"""Reviewing: what falls due while a plan or a period of care is open."""

from risk.world.compiled import compiled
from risk.world.simulate.casework import (
    accommodate,
    close,
    discuss_strategy,
    end_plan,
    finding,
    finds,
    is_reassured,
    return_home,
    set_review,
    start_in_need_plan,
    start_proceedings,
    to_stage,
    working_day_from,
)
from risk.world.simulate.codes import NEVER, NONE, Agency, Finding, Kind, Reason, Stage
from risk.world.simulate.home import Home
from risk.world.simulate.luck import DECISION, OUTCOME
from risk.world.simulate.papers import Row, keep_visit, write


@compiled
def review_in_need_plan(home: Home, day: int) -> None:
    """End a child in need plan where no need is found, go on where it is, and enquire where it grew."""
    found = finds(home, home.practice.finds_need)
    # A plan does not end while the assessment that came with an enquiry is still open, nor on its last day.
    if not found and home.assessment == NONE and home.assessed != day:
        reassured = is_reassured(home)
        keep_visit(home, close(home, day, Reason.services_ceased), reassured)
    elif found and home.u[OUTCOME] < home.practice.strategy_after_assessment:
        discuss_strategy(home, day, home.opened_by)
    else:
        home.due = working_day_from(home, day + 7 * home.practice.in_need_review_weeks)


@compiled
def review_protection_plan(home: Home, day: int) -> None:
    """Hold a review conference: go to court, go on with the plan, or step it down to a plan of need."""
    review = hold_review(home, day)
    if review.finding == Finding.unsubstantiated:
        end_plan(home, day)
        start_in_need_plan(home, day, review.event_id)
    elif home.stage != Stage.in_proceedings:
        set_review(home, day, home.practice.later_review_days)


@compiled
def hold_review(home: Home, day: int) -> Row:
    """Hold a review, go to court after some, and return the row that says what it found."""
    review = write(home, Kind.review_conference, day, home.opened_by)
    review.finding = finding(finds(home, home.practice.finds_at_review))
    keep_visit(home, review.event_id, is_reassured(home))
    if review.finding == Finding.substantiated and home.u[OUTCOME] < home.practice.applies_to_court:
        start_proceedings(home, day, review.event_id)
    return review


@compiled
def end_police_protection(home: Home, day: int) -> None:
    """After 72 hours: go to court, accommodate, or return home and enquire."""
    found = finds(home, home.practice.finds_at_review)
    if not found and home.u[DECISION] < home.practice.returns_home:
        returned = return_home(home, day)
        keep_visit(home, returned, is_reassured(home))
        discuss_strategy(home, day, returned)
    elif found and home.u[OUTCOME] < home.practice.applies_to_court:
        start_proceedings(home, day, home.opened_by)
    else:
        accommodate(home, day, home.opened_by)


@compiled
def end_emergency_order(home: Home, day: int) -> None:
    """When the emergency order ends, the court makes an interim care order."""
    start_proceedings(home, day, home.opened_by)


@compiled
def review_care(home: Home, day: int) -> None:
    """Review the care of children accommodated: go to court, stay, or return home with a plan of need."""
    review = hold_review(home, day)
    if review.finding == Finding.unsubstantiated and home.u[DECISION] < home.practice.returns_home:
        start_in_need_plan(home, day, return_home(home, day))
    elif home.stage != Stage.in_proceedings:
        home.due = working_day_from(home, day + 7 * home.practice.care_review_weeks)


@compiled
def end_proceedings(home: Home, day: int) -> None:
    """Let the court make a care order or not; a conviction may follow."""
    if home.u[OUTCOME] < home.practice.court_orders_care:
        order = write(home, Kind.care_order, day, home.opened_by)
        order.agency = Agency.court
        to_stage(home, Stage.in_care, NEVER, order.event_id)
        if home.u[DECISION] < home.practice.convicts:
            write(home, Kind.conviction, day, home.opened_by).agency = Agency.court
    else:
        start_in_need_plan(home, day, return_home(home, day))
