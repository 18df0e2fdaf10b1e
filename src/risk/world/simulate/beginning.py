"""Beginning: how things stand with a home on its first day, and what the record holds of how that came about.

One row of draws decides it all. What was written before the first day does not depend on the hidden state,
but for what it opened: it answers no report, and what it found says no more than that this is open.
"""

from typing import Final

from risk.core.arrays import Floats
from risk.core.kinds import CONCERNS
from risk.world.compiled import compiled
from risk.world.opening import BORN_FOR_DAYS
from risk.world.simulate import visiting
from risk.world.simulate.caring import settle_in
from risk.world.simulate.casework import (
    NEXT,
    add_working_days,
    class_of_youngest,
    duration,
    to_stage,
    working_day_by,
    working_day_from,
)
from risk.world.simulate.codes import (
    NONE,
    Agency,
    Decision,
    Finding,
    Kind,
    Stage,
    Standing,
    Support,
    code,
)
from risk.world.simulate.home import Home, has_children
from risk.world.simulate.luck import ONLY, choose, row
from risk.world.simulate.papers import keep_home, write, write_end

STANDING, OPEN_FOR, TOOK, REFERRED_BY, CATEGORY_OF_PLAN = range(5)
SLOTS: Final = code(8)
NO_CONCERN: Final = code(len(CONCERNS))
"""What a home was referred for before the first day: the record does not hold it."""

FIRST: Final = code(0)
REVIEWS: Final = code(1)
"""The item of draws of when the reviews before the first day were held."""
SHORTEST: Final = 3
"""Working days from the referral to what came of it: long enough for all that is written between."""


@compiled
def carry_over(home: Home) -> None:
    """Let a household be in the middle of things on its first day, or nothing be open."""
    row(home.seed, Decision.opening, home.household, FIRST, ONLY, SLOTS, home.draws)
    standing = Standing.nothing_open
    if home.first_day - home.family.first_born >= BORN_FOR_DAYS and has_children(home, home.first_day):
        age = class_of_youngest(home, home.first_day)
        shares = home.opening.standing_shares[age, home.family.struggling, home.state]
        standing = choose(home.draws[STANDING], shares)
    if standing != Standing.nothing_open:
        take_up(home, standing)
    keep_home(home, home.first_day)


@compiled
def take_up(home: Home, standing: int) -> None:
    """Write how this came to be open, and put the case there."""
    open_days = duration(home.draws[OPEN_FOR], home.opening.open_days[standing - 1])
    opened = working_day_by(home, home.first_day - 1 - open_days)
    if opened < home.family.first_born:
        opened = working_day_from(home, home.family.first_born)
    if standing == Standing.protection_plan:
        protect(home, opened, enquire(home, opened))
    else:
        assessed = assess(home, opened)
        if standing == Standing.in_need_plan:
            help_in_need(home, opened, assessed)
        elif standing == Standing.accommodated:
            look_after(home, opened, assessed)
        else:
            take_to_court(home, opened, assessed, standing)
    visiting.begin(home, home.first_day)
    home.past_support[:] = home.support  # it has been open for long enough to tell


@compiled
def refer(home: Home, opened: int, takes: int) -> int:
    """Write the referral so many working days before, and return its day."""
    calendar = home.calendar
    day = calendar.working_day[calendar.number[opened - calendar.first_tabled] - max(takes, SHORTEST)]
    referral = write(home, Kind.referral, day, NONE)
    referral.agency = choose(home.draws[REFERRED_BY], home.opening.referred_by)
    home.referral, home.referred, home.opened_for = referral.event_id, day, NO_CONCERN
    return day


@compiled
def assess(home: Home, opened: int) -> int:
    """Write a referral and the assessment that found need, and return the latter."""
    day = refer(home, opened, duration(home.draws[TOOK], home.practice.assessment_working_days))
    started = write(home, Kind.assessment_started, add_working_days(home, day, NEXT), home.referral)
    completed = write_end(home, Kind.assessment_completed, opened, started.event_id)
    completed.finding = Finding.substantiated
    return completed.event_id


@compiled
def enquire(home: Home, opened: int) -> int:
    """Write a referral and the enquiry that found significant harm, and return the conference it ended in."""
    day = refer(home, opened, 1 + duration(home.draws[TOOK], home.practice.conference_working_days))
    discussed = add_working_days(home, day, NEXT)
    discussion = write(home, Kind.strategy_discussion, discussed, home.referral).event_id
    begins = add_working_days(home, discussed, NEXT)
    enquiry = write(home, Kind.section_47_enquiry, begins, discussion).event_id
    started = write(home, Kind.assessment_started, begins, discussion).event_id
    completed = write_end(home, Kind.assessment_completed, opened, started)
    completed.finding = Finding.substantiated
    conference = write_end(home, Kind.initial_child_protection_conference, opened, enquiry)
    conference.finding = Finding.substantiated
    return conference.event_id


@compiled
def help_in_need(home: Home, opened: int, assessed: int) -> None:
    """Leave a child in need plan open, with the reviews that let it go on."""
    plan = write(home, Kind.child_in_need_plan_started, opened, assessed).event_id
    to_stage(home, Stage.in_need, opened, plan)
    timing = home.practice.in_need_review_days
    review_up_to_now(home, Kind.meeting, timing, timing)
    home.support = Support.in_need_plan


@compiled
def protect(home: Home, opened: int, conference: int) -> None:
    """Leave a child protection plan open, with the reviews that let it go on."""
    plan = write(home, Kind.child_protection_plan_started, opened, conference)
    plan.category = choose(home.draws[CATEGORY_OF_PLAN], home.opening.plan_category_shares)
    to_stage(home, Stage.protected, opened, plan.event_id)
    home.support, home.had_plan = Support.protection_plan, True
    practice = home.practice
    review_up_to_now(home, Kind.review_conference, practice.first_review_days, practice.later_review_days)
    home.is_reviewed = home.events[home.n_events - 1].kind == Kind.review_conference


@compiled
def review_up_to_now(home: Home, kind: int, first: Floats, later: Floats) -> None:
    """Write the reviews that were held before the first day, since the plan began; set the next."""
    home.due = review_after(home, home.due, first)
    while home.due < home.first_day:
        write(home, kind, home.due, home.opened_by).finding = Finding.substantiated
        home.due = review_after(home, home.due, later)


@compiled
def review_after(home: Home, day: int, timing: Floats) -> int:
    """Return the day of the review after a day, as people's diaries spread them."""
    row(home.seed, Decision.opening, home.household, day, REVIEWS, SLOTS, home.draws)
    return working_day_from(home, day + max(duration(home.draws[0], timing), 1))


@compiled
def look_after(home: Home, opened: int, assessed: int) -> None:
    """Leave children accommodated under section 20, where they are placed by now."""
    accommodated = write(home, Kind.accommodated_s20, opened, assessed).event_id
    settle_in(home, opened, accommodated, Stage.accommodated, accommodated, opened)


@compiled
def take_to_court(home: Home, opened: int, assessed: int, standing: int) -> None:
    """Leave children in care under an interim order, or under the orders that came of it."""
    write(home, Kind.care_proceedings, opened, assessed).agency = Agency.court
    interim = court_order(home, Kind.interim_care_order, opened, assessed)
    if standing == Standing.interim_order:
        settle_in(home, opened, interim, Stage.in_proceedings, interim, opened)
        return
    took = home.looked_after.proceedings_weeks
    decided = opened + 7 * (took[0] + took[1]) // 2
    ordered = working_day_by(home, min(decided, home.first_day - 1))
    order = court_order(home, Kind.care_order, ordered, interim)
    stage = Stage.in_care
    if standing == Standing.placement_order:
        order, stage = court_order(home, Kind.placement_order, ordered, order), Stage.awaiting_adoption
    settle_in(home, opened, interim, stage, order, ordered)


@compiled
def court_order(home: Home, kind: int, day: int, answers: int) -> int:
    """Write an order of the court, and return the event."""
    order = write(home, kind, day, answers)
    order.agency = Agency.court
    return order.event_id
