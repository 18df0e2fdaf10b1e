"""Caring: what falls due while children are looked after, and all the ways in which care ends.

All children of a home are looked after together, and leave care together. What decides is the record: the
findings of reviews, ages and draws. Nobody dies, goes to custody or to another authority, and a placement
order is never revoked.
"""

from typing import Final

from risk.world.compiled import compiled
from risk.world.simulate.casework import (
    accommodate,
    close,
    discuss_strategy,
    end_care,
    finds,
    is_reassured,
    leave_home,
    return_home,
    set_care_due,
    set_care_review,
    set_step,
    start_proceedings,
    to_stage,
    working_day_from,
)
from risk.world.simulate.codes import NEVER, NONE, Agency, Category, Finding, Kind, Reason, Stage, code
from risk.world.simulate.home import Home
from risk.world.simulate.luck import DECISION, OUTCOME, WAY_OUT, choose, draw_care, draw_day
from risk.world.simulate.papers import Row, keep_visit, write, write_end
from risk.world.simulate.placing import (
    is_nearly_grown,
    move_placement,
    next_strengths,
    place,
    write_strengths,
)
from risk.world.simulate.returning import go_home
from risk.world.simulate.reviewing import goes_to_court, write_review

HOME, CARE_ORDER, PLACEMENT_ORDER, GUARDIANSHIP, RESIDENCE = range(5)
"""What a court decides, as in `looked_after.court_orders`."""
WAYS_OUT: Final = (
    Reason.special_guardianship,
    Reason.residence_order,
    Reason.independence,
    Reason.care_ceased,
)
"""How care may end at a review, as in `looked_after.leaves_at_review`."""
FIRST_REVIEWS: Final = code(2)


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
    """Review how children are looked after: go to court, return home, leave care in another way, or stay."""
    review = write_review(home, day)
    home.care_reviews += 1
    if home.stage == Stage.accommodated and goes_to_court(home, day, review):
        return
    if home.stage == Stage.accommodated or home.stage == Stage.in_care:
        if may_go_home(home, review):
            go_home(home, day)
            return
        if leaves_at_review(home, day):
            return
    set_care_review(home, day)


@compiled
def may_go_home(home: Home, review: Row) -> bool:
    """Return whether children go home after a review; the longer they have been away, the less likely."""
    chance: float = home.practice.returns_home
    if home.stage == Stage.in_care or home.care_reviews > FIRST_REVIEWS:
        chance *= home.looked_after.returns_home_later[int(home.stage == Stage.in_care)]
    goes: bool = home.u[DECISION] < chance
    return goes and review.finding == Finding.unsubstantiated


@compiled
def leaves_at_review(home: Home, day: int) -> bool:
    """Let children leave care at a half-yearly review, or not, and return whether."""
    if home.care_reviews <= FIRST_REVIEWS:
        return False
    draw_care(home, day)
    chances = home.looked_after.leaves_at_review[int(home.stage == Stage.in_care)]
    way: int = choose(home.draws[WAY_OUT], chances)
    if way == len(WAYS_OUT) or (WAYS_OUT[way] == Reason.independence and not is_nearly_grown(home, day)):
        return False
    leave_care(home, day, WAYS_OUT[way])
    return True


@compiled
def leave_care(home: Home, day: int, reason: int) -> None:
    """End care otherwise than by a return home: the children do not come back, and the case is closed."""
    left = write_end(home, Kind.left_care, day, home.in_care_since)
    left.reason = reason
    if reason == Reason.adopted or reason == Reason.special_guardianship or reason == Reason.residence_order:
        left.agency = Agency.court
    home.gone = True
    end_care(home)
    close(home, day, reason)


@compiled
def look_after(home: Home, day: int) -> None:
    """Do what falls due of care beside its reviews: a step of court or adoption, a move, a word."""
    if home.step_due == day:
        home.step_due = NEVER
        take_step(home, day)
    if home.move_due == day:
        move_placement(home, day)
    if home.strengths_due == day:
        write_strengths(home, day)
    set_care_due(home)


@compiled
def take_step(home: Home, day: int) -> None:
    """Let the court decide, or the children be placed for adoption, or be adopted."""
    if home.stage == Stage.in_proceedings:
        end_proceedings(home, day)
    elif home.stage == Stage.awaiting_adoption:
        home.stage = Stage.placed_for_adoption
        place(home, day, Category.for_adoption)
        set_step(home, day, home.looked_after.adopted_after_weeks)
    else:
        leave_care(home, day, Reason.adopted)


@compiled
def end_proceedings(home: Home, day: int) -> None:
    """Let the court decide, by whether the eldest child is young enough to be adopted."""
    draw_care(home, day)
    is_older = day - home.family.first_born >= home.looked_after.adopted_below_days
    decides = choose(home.draws[WAY_OUT], home.looked_after.court_orders[int(is_older)])
    if decides == HOME:
        go_home(home, day)
    elif decides == GUARDIANSHIP:
        leave_care(home, day, Reason.special_guardianship)
    elif decides == RESIDENCE:
        leave_care(home, day, Reason.residence_order)
    else:
        order_care(home, day, decides == PLACEMENT_ORDER)


@compiled
def order_care(home: Home, day: int, for_adoption: bool) -> None:
    """Let the court make a care order, some with a placement order; a conviction may follow."""
    order = write(home, Kind.care_order, day, home.opened_by)
    order.agency = Agency.court
    if home.u[DECISION] < home.practice.convicts:
        write(home, Kind.conviction, day, home.opened_by).agency = Agency.court
    home.stage, home.opened_by = Stage.in_care, order.event_id
    if for_adoption:
        placement = write(home, Kind.placement_order, day, order.event_id)
        placement.agency = Agency.court
        home.stage, home.opened_by = Stage.awaiting_adoption, placement.event_id
        set_step(home, day, home.looked_after.placed_after_weeks)


@compiled
def settle_in(home: Home, since: int, began: int, stage: int, opened_by: int, stage_since: int) -> None:
    """Let children be in care already on the first day, in a stage of it, and set what falls due next.

    since, began: the day on which care began, and the event. stage_since, opened_by: the same of the stage.
    Writes the placements since then, the reviews not. A step that would be over by now is taken next day.
    """
    today, care = home.first_day, home.looked_after
    leave_home(home, since, began)
    to_stage(home, stage, NEVER, opened_by)
    until = stage_since if stage == Stage.placed_for_adoption else today
    while home.move_due < until or home.placement == NONE:
        move_placement(home, home.move_due)
    if stage == Stage.in_proceedings:
        set_step(home, stage_since, care.proceedings_weeks)
    elif stage == Stage.awaiting_adoption:
        set_step(home, stage_since, care.placed_after_weeks)
    elif stage == Stage.placed_for_adoption:
        place(home, stage_since, Category.for_adoption)
        set_step(home, stage_since, care.adopted_after_weeks)
    if home.step_due <= today:
        home.step_due = working_day_from(home, today + 1)
    # Strengths of the past are not written; the next is drawn anew.
    home.strengths_due = next_strengths(home, max(today, home.placed + care.settled_after_days))
    set_care_due(home)
    draw_day(home, since)
    set_care_review(home, since)
    while home.due <= today:
        home.care_reviews += 1
        draw_day(home, home.due)
        set_care_review(home, home.due)
