"""The assumed: a scenario's assumptions as records of constant type, as a home looks them up."""

from functools import cache
from typing import Any, Final

import numpy as np

from risk.core.arrays import Floats, record_of
from risk.core.calendar import DAYS_A_YEAR, working_days
from risk.core.kinds import CONCERNS, FACTORS, GENERATED_AGENCIES, PLAN_CATEGORIES
from risk.records.schema import FAMILY_TYPES
from risk.world.assumptions import (
    MOST_STEPS,
    STANDINGS,
    TIMES,
    HarmAssumptions,
    LookedAfterAssumptions,
    NoticingAssumptions,
    OpeningAssumptions,
    PracticeAssumptions,
)
from risk.world.factors import PRESENT_IN, REFERRED_AS
from risk.world.hidden_state import N_STATES, STATE_ABUSE, STATE_CARE, chain, is_serious
from risk.world.observation import (
    ADULT_AT_DAYS,
    AT_HOME_ONLY,
    CAN_BE_SAID,
    IN_TERM_ONLY,
    OF_A_CHILD,
    ON_ANY_DAY,
    ON_WEEKDAYS,
    ONLY_IN_STATES,
    channels,
    in_term,
    voice_from_days,
)
from risk.world.opening import standing_shares
from risk.world.scenario import Scenario

ANY_AGE: Final = (0, ADULT_AT_DAYS)

# The category that a plan is started under tends to follow the concern that the case was opened for.
CATEGORY_OF: Final = {
    "physical_harm": "physical_abuse",
    "sexual_abuse_indicator": "sexual_abuse",
    "domestic_abuse": "emotional_abuse",
    "emotional_harm": "emotional_abuse",
}


def assumed(scenario: Scenario) -> dict[str, np.record]:
    """Return what a home looks up: harm, noticing, practice, care, the opening and the calendar."""
    return {
        "harm": _harm(scenario.harm),
        "noticing": _noticing(scenario.noticing),
        "practice": _practice(scenario.practice),
        "opening": _opening(scenario.opening),
        "looked_after": _looked_after(scenario.looked_after),
        "calendar": _calendar(),
    }


def edges(shares: Any) -> Floats:
    """Return the edges between shares, for `choose`; the last share takes what is left to 1."""
    between: Floats = np.cumsum(np.asarray(shares, np.float64), axis=-1)[..., :-1]
    return between


def _harm(harm: HarmAssumptions) -> np.record:
    moves = chain(harm)
    types, states = np.indices((len(FAMILY_TYPES), N_STATES))
    return record_of(
        {
            "any_change": moves.any_change(),
            "flips": np.moveaxis(moves.flips(types, states), 0, -1),
            "care": moves.care,
            "begins": edges([moves.long_run(t) for t in range(len(FAMILY_TYPES))]),
            "support_takes_weeks": harm.support_takes_weeks,
            "care_of": STATE_CARE,
            "has_abuse": STATE_ABUSE == 1,
            "is_serious": is_serious(np.arange(N_STATES)),
        }
    )


def _noticing(noticing: NoticingAssumptions) -> np.record:
    seen = channels(noticing)
    ages = [seen.ages_seen.get(a, ANY_AGE) for a in range(len(GENERATED_AGENCIES))]
    always = np.ones(N_STATES, np.bool_)
    return record_of(
        {
            "p_incident": seen.p_incident,
            "by_then": seen.by_then,
            "anything": seen.by_then[-1],
            "severity": edges(seen.severity),
            "notices": seen.notices,
            "visibility": seen.visibility,
            "records": seen.records,
            "recording_delay": seen.recording_delay,
            "recording_delay_most_days": noticing.recording_delay_most_days,
            "shares": seen.shares,
            "shares_when_known": noticing.shares_when_known,
            "shares_when_not_believed": noticing.shares_when_not_believed,
            "sharing_delay": seen.sharing_delay,
            "sharing_delay_most_days": noticing.sharing_delay_most_days,
            "says": seen.says,
            "voice_from_days": voice_from_days(noticing),
            "believes": seen.believes,
            "severity_lost_when_not_believed": noticing.severity_lost_when_not_believed,
            "refuge_after_domestic_abuse": noticing.refuge_after_domestic_abuse,
            "refuge_stay_weeks": noticing.refuge_stay_weeks,
            "sees_by_age": [a in seen.ages_seen for a in range(len(GENERATED_AGENCIES))],
            "ages_seen": np.array(ages, np.float64),
            "in_term_only": [a in IN_TERM_ONLY for a in range(len(GENERATED_AGENCIES))],
            "in_states": [ONLY_IN_STATES.get(a, always) for a in range(len(GENERATED_AGENCIES))],
            "on_any_day": ON_ANY_DAY,
            "days_open": np.where(ON_WEEKDAYS, 5, 7),  # nobody is absent from school on a Saturday
            "of_a_child": OF_A_CHILD,
            "at_home_only": AT_HOME_ONLY,
            "can_be_said": CAN_BE_SAID,
        }
    )


def _practice(practice: PracticeAssumptions) -> np.record:
    leans_to = [list(PLAN_CATEGORIES).index(CATEGORY_OF.get(c, "neglect")) for c in CONCERNS]
    leans_to.append(list(PLAN_CATEGORIES).index("neglect"))  # of a case opened for what nobody wrote
    of_their_own = {
        "identifies": [practice.identifies[name] for name in FACTORS],
        "present_in": PRESENT_IN,
        "referred_as": REFERRED_AS.ravel(),
        "plan_category_shares": edges(practice.plan_category_shares)[leans_to],
    } | {name: _steps(getattr(practice, name)) for name in TIMES}
    return record_of(dict(practice) | of_their_own)


def _opening(opening: OpeningAssumptions) -> np.record:
    return record_of(
        {
            "standing_shares": edges(standing_shares(opening)),
            "open_days": [_steps(opening.open_days[name]) for name in STANDINGS],
            "referred_by": edges([opening.referred_by.get(name, 0.0) for name in GENERATED_AGENCIES]),
            "plan_category_shares": edges(opening.plan_category_shares),
        }
    )


def _looked_after(care: LookedAfterAssumptions) -> np.record:
    of_their_own = {
        "review_days": [_steps(timing) for timing in care.review_days],
        "court_orders": edges(care.court_orders),
        "placement_shares": edges(care.placement_shares),
        "strengths_shares": edges(care.strengths_shares),
        "leaves_at_review": np.cumsum(care.leaves_at_review, axis=-1),  # the last share stays
        "adopted_below_days": care.adopted_below_years * DAYS_A_YEAR,
    }
    return record_of(dict(care) | of_their_own)


def _steps(quantiles: Any) -> Floats:
    """Return (share, days) of each step, filled up with steps that no draw comes to."""
    steps = np.full((MOST_STEPS, 2), np.inf)
    steps[: len(quantiles)] = quantiles
    return steps


@cache
def _calendar() -> np.record:
    calendar = working_days()
    days = calendar.first_tabled + np.arange(len(calendar.is_closed))
    is_weekday = (days + 3) % 7 < 5  # 1 January 1970 was a Thursday
    return record_of(calendar._asdict() | {"is_school_day": in_term(days) & is_weekday})
