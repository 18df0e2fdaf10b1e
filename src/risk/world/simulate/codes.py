"""The codes: the record's words as the whole numbers that compiled functions know them by."""

from typing import Final

from risk.core.draws import Stream
from risk.core.kinds import AGENCY, CLOSURE_REASONS, FINDINGS, KIND, PLAN_CATEGORIES

NONE: Final = -1
"""Stands for null."""

NEVER: Final = (1 << 63) - 1
"""A day that does not come."""

# Concerns that something depends on.
DOMESTIC_ABUSE: Final = KIND["domestic_abuse"]
SEXUAL_ABUSE_INDICATOR: Final = KIND["sexual_abuse_indicator"]
SCHOOL_ABSENCE: Final = KIND["school_absence"]

# What services write, in the order of the statutory path.
CONTACT: Final = KIND["contact"]
REFERRAL: Final = KIND["referral"]
NO_FURTHER_ACTION: Final = KIND["no_further_action"]
EARLY_HELP: Final = KIND["early_help"]
ASSESSMENT_STARTED: Final = KIND["assessment_started"]
ASSESSMENT_COMPLETED: Final = KIND["assessment_completed"]
STRATEGY_DISCUSSION: Final = KIND["strategy_discussion"]
SECTION_47_ENQUIRY: Final = KIND["section_47_enquiry"]
INITIAL_CONFERENCE: Final = KIND["initial_child_protection_conference"]
REVIEW_CONFERENCE: Final = KIND["review_conference"]
IN_NEED_PLAN_STARTED: Final = KIND["child_in_need_plan_started"]
IN_NEED_PLAN_ENDED: Final = KIND["child_in_need_plan_ended"]
PROTECTION_PLAN_STARTED: Final = KIND["child_protection_plan_started"]
PROTECTION_PLAN_ENDED: Final = KIND["child_protection_plan_ended"]
POLICE_PROTECTION: Final = KIND["police_protection"]
EMERGENCY_PROTECTION_ORDER: Final = KIND["emergency_protection_order"]
ACCOMMODATED: Final = KIND["accommodated_s20"]
CARE_PROCEEDINGS: Final = KIND["care_proceedings"]
INTERIM_CARE_ORDER: Final = KIND["interim_care_order"]
CARE_ORDER: Final = KIND["care_order"]
CONVICTION: Final = KIND["conviction"]
RETURN_HOME: Final = KIND["return_home"]
CASE_CLOSED: Final = KIND["case_closed"]
REFUGE_STAY_STARTED: Final = KIND["refuge_stay_started"]
REFUGE_STAY_ENDED: Final = KIND["refuge_stay_ended"]

POLICE: Final = AGENCY["police"]
REFUGE: Final = AGENCY["refuge"]
CHILDRENS_SERVICES: Final = AGENCY["childrens_services"]
COURT: Final = AGENCY["court"]

SUBSTANTIATED, UNSUBSTANTIATED = range(len(FINDINGS))
REASON: Final = {word: code for code, word in enumerate(CLOSURE_REASONS)}
ASSESSED_NO_FURTHER_ACTION: Final = REASON["assessed_no_further_action"]
ASSESSED_EARLY_HELP: Final = REASON["assessed_early_help"]
SERVICES_CEASED: Final = REASON["services_ceased"]
TURNED_18: Final = REASON["turned_18"]
CATEGORY: Final = {word: code for code, word in enumerate(PLAN_CATEGORIES)}

# The streams of draws that compiled functions take from.
HARM: Final = int(Stream.HARM)
HARM_DETAIL: Final = int(Stream.HARM_DETAIL)
INCIDENT: Final = int(Stream.INCIDENT)
INCIDENT_DETAIL: Final = int(Stream.INCIDENT_DETAIL)
NOTICING: Final = int(Stream.NOTICING)
PRACTICE: Final = int(Stream.PRACTICE)
FACTORS: Final = int(Stream.FACTORS)
PRESSURE: Final = int(Stream.PRESSURE)
