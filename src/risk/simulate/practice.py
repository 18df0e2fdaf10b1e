"""Practice: how children's services answer what reaches them, on a statutory clock.

Report → referral → decision within one working day → assessment within 45 working days → strategy
discussion → section 47 enquiry → conference within 15 working days → plan → reviews at 3 and then 6
months → removal → return. This is incident practice: each decision looks at one report alone. A finding
depends on the true state of care, and on whether a tidied home and the parent's account reassure;
everything else depends on what was recorded and on the household's own draws.
"""

from typing import Final

import numpy as np

from risk.draws import Floats, Stream
from risk.kinds import CONCERNS
from risk.simulate.block import AGENCY, CATEGORY, FINDING, KIND, NONE, Block, Ints, stacked
from risk.simulate.families import ADULT_AT_DAYS
from risk.simulate.harm import SERIOUS

(
    CLOSED,
    ASSESSING,
    ENQUIRING,
    IN_NEED,
    PROTECTED,
    POLICE_PROTECTED,
    ACCOMMODATED,
    PERMANENTLY_REMOVED,
) = range(8)
SLOTS: Final = 8
DECISION, DURATION, COMPLETES, FINDS, OUTCOME, POLICE = range(6)
POLICE_PROTECTION_DAYS: Final = 3  # 72 hours, Children Act 1989 section 46
QUANTILES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
NO_PLAN, IN_NEED_PLAN, PROTECTION_PLAN = range(3)

# The category that a plan is started under, by the concern that the case was opened for.
CATEGORY_OF: Final = {
    "physical_harm": "physical_abuse",
    "sexual_abuse_indicator": "sexual_abuse",
    "domestic_abuse": "emotional_abuse",
    "emotional_harm": "emotional_abuse",
}
PLAN_CATEGORY: Final = np.array([CATEGORY[CATEGORY_OF.get(c, "neglect")] for c in CONCERNS])
REPORT: Final = ("where", "day", "agency", "concern", "severity", "event_id")


def respond(block: Block, week: int) -> None:
    """Do what is due this week, then answer the reports that arrive in it."""
    u = block.uniforms(Stream.PRACTICE, week, SLOTS)
    _close_when_grown_up(block, week)
    stage = block.stage.copy()
    is_due = block.due < block.day(week + 1)
    for code, step in STEPS_WHEN_DUE.items():
        where = np.flatnonzero((stage == code) & is_due)
        if len(where):
            step(block, where, u)
    _answer_reports(block, week, u)


def _close_when_grown_up(block: Block, week: int) -> None:
    """Close what is open for a household in the week in which its youngest child turns 18."""
    grown_on = block.families.born.max(axis=1) + ADULT_AT_DAYS
    is_open = (block.stage != CLOSED) & (block.stage != PERMANENTLY_REMOVED)
    where = np.flatnonzero(is_open & (grown_on < block.day(week + 1)))
    # Not before Friday: what opened the case may be dated a working day or two into this week.
    _close(block, where, np.maximum(grown_on[where], block.day(week) + 4))


def _complete_assessment(block: Block, where: Ints, u: Floats) -> None:
    assumed, day = block.scenario.practice, block.due[where]
    done = u[where, COMPLETES] >= assumed.assessment_never_completed
    _close(block, where[~done], day[~done])
    where, day = where[done], day[done]
    found = _finds(block, where, u)
    completed = block.write(
        where,
        "assessment_completed",
        "childrens_services",
        day,
        finding=_finding(found),
        closes=block.opened_by[where],
    )
    outcome = u[where, OUTCOME]
    strategy = found & (outcome < assumed.strategy_after_assessment)
    rest = (outcome - assumed.strategy_after_assessment) / max(1 - assumed.strategy_after_assessment, 1e-12)
    plan = found & ~strategy & (rest < assumed.in_need_plan_after_assessment)
    helped = found & ~strategy & ~plan
    _discuss_strategy(block, where[strategy], day[strategy], completed[strategy], u)
    _start_plan(block, where[plan], day[plan], completed[plan], "child_in_need_plan_started")
    for those, answer in ((helped, "early_help"), (~found, "no_further_action")):
        block.write(where[those], answer, "childrens_services", day[those], answers=completed[those])
        _close(block, where[those], day[those])


def _hold_conference(block: Block, where: Ints, u: Floats) -> None:
    day, found = block.due[where], _finds(block, where, u)
    conference = block.write(
        where,
        "initial_child_protection_conference",
        "childrens_services",
        day,
        finding=_finding(found),
        closes=block.opened_by[where],
    )
    _start_plan(block, where[found], day[found], conference[found], "child_protection_plan_started")
    rest = where[~found]
    block.write(rest, "no_further_action", "childrens_services", day[~found], answers=conference[~found])
    _close(block, rest, day[~found])


def _review_in_need_plan(block: Block, where: Ints, u: Floats) -> None:
    assumed, day = block.scenario.practice, block.due[where]
    found = _finds(block, where, u)
    worse = found & (u[where, OUTCOME] < assumed.strategy_after_assessment)
    _close(block, where[~found], day[~found])
    opened = block.opened_by[where[worse]]
    _end_plan(block, where[worse], day[worse])
    _discuss_strategy(block, where[worse], day[worse], opened, u)
    goes_on = found & ~worse
    block.due[where[goes_on]] = day[goes_on] + 7 * assumed.in_need_review_weeks


def _review_protection_plan(block: Block, where: Ints, u: Floats) -> None:
    assumed, day = block.scenario.practice, block.due[where]
    found = _finds(block, where, u)
    review = block.write(
        where,
        "review_conference",
        "childrens_services",
        day,
        finding=_finding(found),
        answers=block.opened_by[where],
    )
    removed = found & (u[where, OUTCOME] < assumed.proceedings_at_review)
    _end_plan(block, where[removed], day[removed])
    _remove_for_good(block, where[removed], day[removed], review[removed])
    _close(block, where[~found], day[~found])
    goes_on = found & ~removed
    block.due[where[goes_on]] = day[goes_on] + 7 * assumed.later_review_weeks


def _end_police_protection(block: Block, where: Ints, u: Floats) -> None:
    day, found = block.due[where], _finds(block, where, u)
    stays, stays_on = where[found], day[found]
    opened = block.opened_by[stays]
    accommodated = block.write(stays, "accommodated_s20", "childrens_services", stays_on, answers=opened)
    _move(block, stays, ACCOMMODATED, stays_on + 7 * block.scenario.practice.accommodation_weeks)
    block.opened_by[stays] = accommodated
    _return_home(block, where[~found], day[~found])


def _decide_return(block: Block, where: Ints, u: Floats) -> None:
    day, found = block.due[where], _finds(block, where, u)
    _remove_for_good(block, where[found], day[found], block.opened_by[where[found]])
    _return_home(block, where[~found], day[~found])


STEPS_WHEN_DUE: Final = {
    ASSESSING: _complete_assessment,
    ENQUIRING: _hold_conference,
    IN_NEED: _review_in_need_plan,
    PROTECTED: _review_protection_plan,
    POLICE_PROTECTED: _end_police_protection,
    ACCOMMODATED: _decide_return,
}


def _answer_reports(block: Block, week: int, u: Floats) -> None:
    reports = stacked(block.inbox.pop(week, []), REPORT)
    if len(reports["where"]) == 0:
        return
    # One referral and one decision a household and week, on the report that looks worst, looked at alone;
    # the week's other reports are contacts.
    order = np.lexsort((reports["day"], -reports["severity"], reports["where"]))
    _, first = np.unique(reports["where"][order], return_index=True)
    refers = np.zeros(len(order), np.bool_)
    refers[order[first]] = True
    refers &= block.stage[reports["where"]] == CLOSED
    kind = np.where(refers, KIND["referral"], KIND["contact"])
    reports["event_id"] = block.write(
        reports["where"], kind, reports["agency"], reports["day"], answers=reports["event_id"]
    )
    worst = {name: column[order][first] for name, column in reports.items()}
    protected = _protect_by_police(block, worst, u)
    worst = {name: column[~protected] for name, column in worst.items()}
    _escalate(block, worst, u)
    _decide(block, {n: c[block.stage[worst["where"]] == CLOSED] for n, c in worst.items()}, u)


def _protect_by_police(block: Block, worst: dict[str, Ints], u: Floats) -> np.ndarray:
    """Return for each household's worst report whether police took the children out of the home."""
    where = worst["where"]
    protects: np.ndarray = (
        block.at_home[where]
        & (worst["agency"] == AGENCY["police"])
        & (worst["severity"] == 4)
        & (u[where, POLICE] < block.scenario.practice.police_protects)
    )
    where, day = where[protects], worst["day"][protects]
    _end_plan(block, where, day)
    block.opened_by[where] = block.write(
        where, "police_protection", "police", day, answers=worst["event_id"][protects]
    )
    block.at_home[where] = False
    _move(block, where, POLICE_PROTECTED, day + POLICE_PROTECTION_DAYS)
    return protects


def _escalate(block: Block, worst: dict[str, Ints], u: Floats) -> None:
    """Let a severe report on a child with a child in need plan lead to a strategy discussion."""
    where = worst["where"]
    p = np.array(block.scenario.practice.calls_strategy_discussion)[worst["severity"] - 1]
    rises = (block.stage[where] == IN_NEED) & (u[where, DECISION] < p)
    day = _working_days_after(worst["day"][rises], np.zeros(rises.sum(), np.int64))
    _end_plan(block, where[rises], day)
    _discuss_strategy(block, where[rises], day, worst["event_id"][rises], u)


def _decide(block: Block, worst: dict[str, Ints], u: Floats) -> None:
    """Decide each closed household's referral within one working day."""
    assumed, where = block.scenario.practice, worst["where"]
    look = worst["severity"] - 1
    day = _working_days_after(worst["day"], np.ones_like(look))
    v = u[where, DECISION]
    p_strategy = np.array(assumed.calls_strategy_discussion)[look]
    p_assess = np.array(assumed.assesses)[look]
    strategy = v < p_strategy
    assess = ~strategy & (v < p_strategy + p_assess)
    helped = ~strategy & ~assess & (u[where, OUTCOME] < assumed.offers_early_help)
    block.opened_for[where] = worst["concern"]
    _discuss_strategy(block, where[strategy], day[strategy], worst["event_id"][strategy], u)
    _start_assessment(block, where[assess], day[assess], worst["event_id"][assess], u)
    for those, answer in (
        (helped, "early_help"),
        (~strategy & ~assess & ~helped, "no_further_action"),
    ):
        block.write(where[those], answer, "childrens_services", day[those], answers=worst["event_id"][those])


def _start_assessment(block: Block, where: Ints, day: Ints, answers: Ints, u: Floats) -> None:
    started = block.write(where, "assessment_started", "childrens_services", day, answers=answers)
    takes = _quantile(u[where, DURATION], block.scenario.practice.assessment_working_days)
    _move(block, where, ASSESSING, _working_days_after(day, takes))
    block.opened_by[where] = started


def _discuss_strategy(block: Block, where: Ints, day: Ints, answers: Ints, u: Floats) -> None:
    discussion = block.write(where, "strategy_discussion", "childrens_services", day, answers=answers)
    starts = _working_days_after(day, np.ones_like(day))
    enquiry = block.write(where, "section_47_enquiry", "childrens_services", starts, answers=discussion)
    takes = _quantile(u[where, DURATION], block.scenario.practice.conference_working_days)
    _move(block, where, ENQUIRING, _working_days_after(day, np.maximum(takes, 2)))
    block.opened_by[where] = enquiry


def _start_plan(block: Block, where: Ints, day: Ints, answers: Ints, kind: str) -> None:
    assumed, protects = block.scenario.practice, kind == "child_protection_plan_started"
    category = PLAN_CATEGORY[block.opened_for[where]] if protects else NONE
    plan = block.write(where, kind, "childrens_services", day, answers=answers, category=category)
    weeks = assumed.first_review_weeks if protects else assumed.in_need_review_weeks
    _move(block, where, PROTECTED if protects else IN_NEED, day + 7 * weeks)
    block.support[where] = PROTECTION_PLAN if protects else IN_NEED_PLAN
    block.opened_by[where] = plan


def _end_plan(block: Block, where: Ints, day: Ints) -> None:
    """Write the end of whichever plan is open; other cases have none to end."""
    for stage, kind in ((IN_NEED, "child_in_need_plan_ended"), (PROTECTED, "child_protection_plan_ended")):
        those = block.stage[where] == stage
        ended = where[those]
        block.write(ended, kind, "childrens_services", day[those], closes=block.opened_by[ended])
    block.support[where] = NO_PLAN


def _close(block: Block, where: Ints, day: Ints) -> None:
    _end_plan(block, where, day)
    block.write(where, "case_closed", "childrens_services", day, closes=block.opened_by[where])
    _move(block, where, CLOSED, np.zeros_like(day))


def _return_home(block: Block, where: Ints, day: Ints) -> None:
    block.write(where, "return_home", "childrens_services", day, closes=block.opened_by[where])
    block.at_home[where] = True
    _close(block, where, day)


def _remove_for_good(block: Block, where: Ints, day: Ints, answers: Ints) -> None:
    block.write(where, "care_proceedings", "court", day, answers=answers)
    block.at_home[where] = False
    _move(block, where, PERMANENTLY_REMOVED, np.full_like(day, np.iinfo(np.int64).max))


def _move(block: Block, where: Ints, stage: int, due: Ints) -> None:
    block.stage[where] = stage
    offices_wait = stage not in (CLOSED, POLICE_PROTECTED, PERMANENTLY_REMOVED)
    block.due[where] = _working_days_after(due, np.zeros_like(due)) if offices_wait else due


def _finds(block: Block, where: Ints, u: Floats) -> np.ndarray:
    """Return whether those who look find serious concern: it depends on the true state and the visit."""
    assumed = block.scenario.practice
    p = np.array(assumed.finds_substantiated)
    p[SERIOUS:] *= 1 - assumed.reassured_by_parent
    found: np.ndarray = u[where, FINDS] < p[block.care[where]]
    return found


def _finding(found: np.ndarray) -> Ints:
    return np.where(found, FINDING["substantiated"], FINDING["unsubstantiated"])


def _quantile(u: Floats, quantiles: tuple[float, ...]) -> Ints:
    return np.rint(np.interp(u, QUANTILES, quantiles)).astype(np.int64)


def _working_days_after(day: Ints, n: Ints) -> Ints:
    """Return the day `n` working days later: Monday to Friday, bank holidays not yet counted out."""
    moved = np.busday_offset(day.astype("datetime64[D]"), n, roll="forward")
    return moved.astype(np.int64)
