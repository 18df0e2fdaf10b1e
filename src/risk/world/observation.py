"""The channels: what may happen in a home in a week, and which agencies are in a position to see it.

Tables over hidden states, concerns and agencies, so that the simulation and the exact filter read the same.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from risk.core.arrays import Bools, Floats, Ints
from risk.core.calendar import DAYS_A_YEAR
from risk.core.kinds import AGENCY, ALWAYS_OPEN, CHILD_CONCERNS, CONCERNS, DISCLOSABLE, GENERATED_AGENCIES
from risk.world.assumptions import NoticingAssumptions
from risk.world.hidden_state import (
    N_CARE,
    STATE_ABUSE,
    STATE_CARE,
    STATE_MISUSE,
    STATE_RISKY,
    STRAINED,
    WEEKS_A_YEAR,
)

KNOWN_FOR_DAYS: Final = 365
NURSERY_DAYS: Final = (730, 1826)
UNDER_FIVE_DAYS: Final = (0, 1826)
ADULT_AT_DAYS: Final = 6574  # 18 years
SCHOOL_DAYS: Final = (1826, ADULT_AT_DAYS)
COMPULSORY_SCHOOL_DAYS: Final = (1826, 5844)  # 5 to 16

# First and last day of school holidays as month × 100 + day: a common pattern in England, an assumption.
SCHOOL_HOLIDAYS: Final = (
    (101, 103),
    (214, 220),
    (401, 415),
    (525, 531),
    (722, 902),
    (1024, 1031),
    (1220, 1231),
)

OF_A_CHILD: Final = np.array([c in CHILD_CONCERNS for c in CONCERNS])
ON_WEEKDAYS: Final = np.array([c in ("school_absence", "missed_health_appointment") for c in CONCERNS])
AT_HOME_ONLY: Final = np.array(
    [c in ("domestic_abuse", "home_conditions", "risky_adult", "criminality_at_address") for c in CONCERNS]
)
"""What nobody sees while the family is in a refuge, but the refuge that hears of it."""

CAN_BE_SAID: Final = np.array([c in DISCLOSABLE for c in CONCERNS])
ON_ANY_DAY: Final = np.array([a in ALWAYS_OPEN for a in GENERATED_AGENCIES])

VOICE_FROM_YEARS: Final = (0, 7, 11)
"""Ages at which children say more of what happens to them, once they are old enough to say anything.

A child's voice is how many of these it has reached: 0 for one who is too young, 3 for the oldest. It is the
child who speaks of what concerns one child, and of a household the eldest who lives there: an assumption.
"""
FROM_STRAINED: Final = np.arange(N_CARE) - STRAINED
"""Steps of care, worse or better than strained, of which a scenario states severity, voice and belief."""

IN_TERM_ONLY: Final = (AGENCY["school"], AGENCY["nursery"])
ONLY_IN_STATES: Final = {
    AGENCY["drug_alcohol_service"]: STATE_MISUSE == 1,
    AGENCY["probation"]: STATE_RISKY == 1,
}
"""Agencies that are in the home only while the hidden state has what they are there for."""


NEVER_HAPPENS: Final = (0.0,) * N_CARE
ANY_SEVERITY: Final = (0.25,) * 4
"""Of a concern that a scenario made before does not name."""


@dataclass(frozen=True)
class Channels:
    """A scenario's noticing assumptions as arrays over states, concerns and agencies."""

    p_incident: Floats  # (concern, state), in one week
    by_then: Floats  # (concern, state): that this concern, or one before it in the list, happens in a week
    severity: Floats  # (concern, care, severity)
    notices: Floats  # (agency, concern)
    visibility: Floats  # (visibility, no child under five or one)
    records: Floats
    recording_delay: Floats
    shares: Floats  # (agency, concern)
    sharing_delay: Floats
    says: Floats  # (agency, voice, whether a child here was not believed, care)
    believes: Floats  # (agency, voice, care)
    ages_seen: dict[int, tuple[int, int]]  # by agency: the days of age of the children whom it can see at all


def channels(assumed: NoticingAssumptions) -> Channels:
    """Return the arrays; an agency or concern that the scenario does not name gets 0."""
    by_care = np.array([assumed.incidents_per_year.get(c, NEVER_HAPPENS) for c in CONCERNS]).T
    rate = by_care[STATE_CARE]
    for switch, further in (
        (STATE_ABUSE, assumed.incidents_with_domestic_abuse_per_year),
        (STATE_MISUSE, assumed.incidents_with_substance_misuse_per_year),
        (STATE_RISKY, assumed.incidents_with_risky_adult_per_year),
    ):
        rate = rate + switch[:, None] * np.array([further.get(c, 0.0) for c in CONCERNS])
    p_incident = -np.expm1(-rate / WEEKS_A_YEAR)

    def by_agency(values: dict[str, float]) -> Floats:
        return np.array([values.get(a, 0.0) for a in GENERATED_AGENCIES])

    def of_concern(values: dict[str, dict[str, float]], usual: dict[str, float]) -> Floats:
        return np.array(
            [[values.get(a, {}).get(c, usual.get(a, 0.0)) for c in CONCERNS] for a in GENERATED_AGENCIES]
        )

    return Channels(
        p_incident=np.ascontiguousarray(p_incident.T),
        by_then=1 - np.cumprod(1 - p_incident.T, axis=0),
        severity=_severity(assumed),
        notices=of_concern(assumed.notices, {}),
        visibility=np.outer(assumed.visibility_multipliers, [1, assumed.noticed_with_under_five]),
        records=by_agency(assumed.records),
        recording_delay=by_agency(assumed.recording_delay_mean_days),
        shares=of_concern(assumed.shares_of, assumed.shares),
        sharing_delay=by_agency(assumed.sharing_delay_mean_days),
        says=_says(assumed, by_agency(assumed.child_says)),
        believes=_believes(assumed, by_agency(assumed.believes)),
        ages_seen={
            AGENCY["school"]: SCHOOL_DAYS,
            AGENCY["nursery"]: NURSERY_DAYS,
            AGENCY["health_visitor"]: UNDER_FIVE_DAYS,
            AGENCY["childline"]: (int(assumed.childline_from_age_years * DAYS_A_YEAR), ADULT_AT_DAYS),
        },
    )


def voice_from_days(assumed: NoticingAssumptions) -> Floats:
    """Return the ages in days at which a child has one more voice."""
    return np.maximum(VOICE_FROM_YEARS, assumed.child_says_from_age_years) * DAYS_A_YEAR


def _severity(assumed: NoticingAssumptions) -> Floats:
    """Return (concern, care, severity): the shares in each state of care; worse care looks worse."""
    shares = np.array([assumed.severity_shares.get(c, ANY_SEVERITY) for c in CONCERNS])[:, None, :]
    steps = np.outer(FROM_STRAINED, np.arange(shares.shape[-1]))
    tilted = shares * np.exp(assumed.severity_with_worse_care * steps)
    severity: Floats = tilted / tilted.sum(axis=-1, keepdims=True)
    return severity


def _says(assumed: NoticingAssumptions, says: Floats) -> Floats:
    """Return (agency, voice, not believed, care): that a child of this voice puts it into words."""
    of_age = np.array([0.0, *assumed.child_says_by_age])[:, None, None]
    not_believed = np.array([1.0, assumed.child_says_after_not_believed])[:, None]
    by_care = np.exp(assumed.child_says_with_worse_care * FROM_STRAINED)
    return _times_odds(says[:, None, None, None], of_age * not_believed * by_care)


def _believes(assumed: NoticingAssumptions, believes: Floats) -> Floats:
    """Return (agency, voice, care): that a child who put it into words is believed."""
    of_age = np.array([0.0, *assumed.believes_by_age])[:, None]
    by_care = np.exp(assumed.believes_with_worse_care * FROM_STRAINED)
    return _times_odds(believes[:, None, None], of_age * by_care)


def _times_odds(p: Floats, times: Floats) -> Floats:
    """Return chances of which the odds are so many times those of `p`: what is sure stays sure."""
    return p * times / np.where(times > 0, 1 - p + p * times, 1)


def in_term(day: Ints) -> Bools:
    """Return whether it is term time on each day, weekends included."""
    dates = day.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    month_day = (months.astype(np.int64) % 12 + 1) * 100 + (dates - months).astype(np.int64) + 1
    is_open = np.ones(day.shape, np.bool_)
    for first, last in SCHOOL_HOLIDAYS:
        is_open &= (month_day < first) | (month_day > last)
    return is_open
