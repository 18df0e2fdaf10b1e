"""The codes: the record's words as the whole numbers that compiled functions know them by.

They are NumPy's, since Numba compiles a function anew for every Python number that it is handed.
"""

from typing import Final

import numpy as np

from risk.core.draws import Stream
from risk.core.kinds import AGENCY, CLOSURE_REASONS, FINDINGS, KIND, PLAN_CATEGORIES
from risk.world.compiled import compiled


def code(number: int) -> int:
    """Return a whole number as NumPy's."""
    return np.int64(number)  # type: ignore[return-value]


@compiled
def wide(number: int) -> int:
    """Return a number from a table, where it may be narrow, as wide as all others are."""
    return np.int64(number)  # type: ignore[return-value]


NONE: Final = code(-1)
"""Stands for null."""

NEVER: Final = code((1 << 63) - 1)
"""A day that does not come."""

# Concerns that something depends on.
DOMESTIC_ABUSE: Final = code(KIND["domestic_abuse"])
SEXUAL_ABUSE_INDICATOR: Final = code(KIND["sexual_abuse_indicator"])
SCHOOL_ABSENCE: Final = code(KIND["school_absence"])

# What services write, in the order of the statutory path.
CONTACT: Final = code(KIND["contact"])
REFERRAL: Final = code(KIND["referral"])
NO_FURTHER_ACTION: Final = code(KIND["no_further_action"])
EARLY_HELP: Final = code(KIND["early_help"])
ASSESSMENT_STARTED: Final = code(KIND["assessment_started"])
ASSESSMENT_COMPLETED: Final = code(KIND["assessment_completed"])
STRATEGY_DISCUSSION: Final = code(KIND["strategy_discussion"])
SECTION_47_ENQUIRY: Final = code(KIND["section_47_enquiry"])
INITIAL_CONFERENCE: Final = code(KIND["initial_child_protection_conference"])
REVIEW_CONFERENCE: Final = code(KIND["review_conference"])
IN_NEED_PLAN_STARTED: Final = code(KIND["child_in_need_plan_started"])
IN_NEED_PLAN_ENDED: Final = code(KIND["child_in_need_plan_ended"])
PROTECTION_PLAN_STARTED: Final = code(KIND["child_protection_plan_started"])
PROTECTION_PLAN_ENDED: Final = code(KIND["child_protection_plan_ended"])
POLICE_PROTECTION: Final = code(KIND["police_protection"])
EMERGENCY_PROTECTION_ORDER: Final = code(KIND["emergency_protection_order"])
ACCOMMODATED: Final = code(KIND["accommodated_s20"])
CARE_PROCEEDINGS: Final = code(KIND["care_proceedings"])
INTERIM_CARE_ORDER: Final = code(KIND["interim_care_order"])
CARE_ORDER: Final = code(KIND["care_order"])
CONVICTION: Final = code(KIND["conviction"])
RETURN_HOME: Final = code(KIND["return_home"])
CASE_CLOSED: Final = code(KIND["case_closed"])
REFUGE_STAY_STARTED: Final = code(KIND["refuge_stay_started"])
REFUGE_STAY_ENDED: Final = code(KIND["refuge_stay_ended"])

POLICE: Final = code(AGENCY["police"])
REFUGE: Final = code(AGENCY["refuge"])
CHILDRENS_SERVICES: Final = code(AGENCY["childrens_services"])
COURT: Final = code(AGENCY["court"])

SUBSTANTIATED, UNSUBSTANTIATED = map(code, range(len(FINDINGS)))
REASON: Final = {word: code for code, word in enumerate(CLOSURE_REASONS)}
ASSESSED_NO_FURTHER_ACTION: Final = code(REASON["assessed_no_further_action"])
ASSESSED_EARLY_HELP: Final = code(REASON["assessed_early_help"])
SERVICES_CEASED: Final = code(REASON["services_ceased"])
TURNED_18: Final = code(REASON["turned_18"])
CATEGORY: Final = {word: code for code, word in enumerate(PLAN_CATEGORIES)}

# The streams of draws that compiled functions take from.
HARM: Final = code(Stream.HARM)
HARM_DETAIL: Final = code(Stream.HARM_DETAIL)
INCIDENT: Final = code(Stream.INCIDENT)
INCIDENT_DETAIL: Final = code(Stream.INCIDENT_DETAIL)
NOTICING: Final = code(Stream.NOTICING)
PRACTICE: Final = code(Stream.PRACTICE)
FACTORS: Final = code(Stream.FACTORS)
PRESSURE: Final = code(Stream.PRESSURE)
