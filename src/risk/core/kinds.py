"""The vocabulary: who writes things down, what they worry about, and how services answer.

Each word is a stable code, used in tables, files and options, with the label that people read. The
order is frozen: tables store a word as its place in the list, so words are appended, never moved.
"""

from typing import Final

GENERATED_AGENCIES: Final = {
    "police": "Police",
    "school": "School",
    "nursery": "Nursery",
    "health_visitor": "Health visitor",
    "gp": "GP",
    "hospital": "Hospital",
    "refuge": "Refuge",
    "housing": "Housing",
    "drug_alcohol_service": "Drug and alcohol service",
    "probation": "Probation",
    "childline": "Childline",
    "public": "Family or public",
    "early_help": "Early help",
    "childrens_services": "Children's services",
    "court": "Court",
    "unspecified": "Not stated",
    "local_authority": "Other council service",
    "anonymous": "Anonymous caller",
}
"""Who writes things down in a generated cohort too."""

AGENCIES: Final = GENERATED_AGENCIES | {
    "mental_health_service": "Mental health service",
    "other_health": "Other health service",
    "youth_justice": "Youth justice service",
    "domestic_abuse_service": "Domestic abuse service",
    "voluntary": "Voluntary organisation",
    "other_agency": "Other agency",
    "foster_carer": "Foster carer",
}
"""Everybody who writes things down. Those after the generated ones are read in a person's chronology, and
never notice anything in a generated home; a foster carer writes of a child in a placement.
"""

FIRST_CONCERNS: Final = {
    "domestic_abuse": "Domestic abuse",
    "physical_harm": "Physical harm",
    "hunger": "Hunger",
    "home_conditions": "Home conditions",
    "supervision": "Supervision",
    "parental_substance_misuse": "Parental substance misuse",
    "parental_mental_health": "Parental mental health",
    "risky_adult": "Risky adult in the home",
    "sexual_abuse_indicator": "Sexual abuse indicator",
    "emotional_harm": "Emotional harm",
    "school_absence": "School absence",
    "missed_health_appointment": "Missed health appointment",
    "non_engagement": "Non-engagement",
    "criminality_at_address": "Criminality at the address",
}

LATER_CONCERNS: Final[dict[str, str]] = {}
"""Concerns that were added when the other kinds had their places: a new one goes here, at the end.

It is stored behind all other kinds, so that cohorts made before stay what they were. A card made before gives
it no points, and in a scenario that does not name it, it never happens.
"""

CONCERNS: Final = FIRST_CONCERNS | LATER_CONCERNS

RESPONSES: Final = {
    "contact": "Contact",
    "referral": "Referral",
    "no_further_action": "No further action",
    "early_help": "Early help offered",
    "assessment_started": "Assessment started",
    "assessment_completed": "Assessment completed",
    "strategy_discussion": "Strategy discussion",
    "section_47_enquiry": "Section 47 enquiry",
    "initial_child_protection_conference": "Initial child protection conference",
    "child_in_need_plan_started": "Child in need plan started",
    "child_in_need_plan_ended": "Child in need plan ended",
    "child_protection_plan_started": "Child protection plan started",
    "child_protection_plan_ended": "Child protection plan ended",
    "review_conference": "Review conference",
    "police_protection": "Police protection",
    "accommodated_s20": "Accommodated under section 20",
    "became_looked_after": "Became looked after, legal basis not stated",
    "care_proceedings": "Care proceedings",
    "return_home": "Return home",
    "case_closed": "Case closed",
    "conviction": "Conviction",
    "emergency_protection_order": "Emergency protection order",
    "interim_care_order": "Interim care order",
    "care_order": "Care order",
    "refuge_stay_started": "Came to the refuge",
    "refuge_stay_ended": "Left the refuge",
}

NOT_SCORED: Final = {
    "other_concern": "Other concern",
    "homelessness": "Homelessness or housing need",
    "child_on_child_harm": "Child-on-child harm",
    "criminal_exploitation": "Criminal exploitation",
    "child_mental_health": "Child's own mental health",
    "exclusion": "Exclusion from school",
    "arrest": "Arrest or charge",
    "birth": "Pregnancy or birth",
    "family_change": "Change in the family",
    "home_visit": "Home visit",
    "communication": "Call, letter or sharing of information",
    "meeting": "Meeting or review",
    "other_assessment": "Other assessment",
    "management_oversight": "Management oversight",
    "step_up": "Step up",
    "step_down": "Step down",
    "pre_proceedings": "Legal planning before proceedings",
    "placement": "Placement or private law order",
    "strengths": "Strength, or what went well",
}
"""Kinds that are listed and counted, and bring no points. Of a generated home, visits, meetings, placements
and strengths are written; the others are read in a person's chronology only.

Housing need is no neglect by a parent, harm by other children and outside the home says nothing of care in
it, and an arrest is no conviction: to score them would count poverty and suspicion.
"""

ORDERS: Final = {
    "placement_order": "Placement order",
    "left_care": "Left care, not to return home",
}
"""Responses that were added later than the others; they bring no points."""

KINDS: Final = FIRST_CONCERNS | RESPONSES | NOT_SCORED | ORDERS | LATER_CONCERNS

COUNTED: Final = {
    "hygiene": "Poor hygiene or clothing",
    "medical_neglect": "Medical or dental neglect",
    "faltering_growth": "Faltering growth",
    "going_missing": "Going missing",
}
"""Kinds that are read in a person's chronology, and that the record keeps as the kind they count as."""

COUNTS_AS: Final = {
    "hygiene": "home_conditions",
    "medical_neglect": "missed_health_appointment",
    "faltering_growth": "hunger",
    "going_missing": "supervision",
}
"""Assumption: the scored kind nearest in what it says of the child's care; every other kind is itself."""

LABELS: Final = AGENCIES | KINDS | COUNTED

KIND: Final = {word: code for code, word in enumerate(KINDS)}
AGENCY: Final = {word: code for code, word in enumerate(AGENCIES)}
"""The place of each word in its list, as arrays keep it."""

FINDINGS: Final = {
    "substantiated": "Substantiated",
    "unsubstantiated": "Unsubstantiated",
    "child_seen": "Child seen",
    "child_not_seen": "Child not seen",
}
"""What a look found: of an assessment, an enquiry or a review the first two, of a visit the last two."""

PLAN_CATEGORIES: Final = ("neglect", "physical_abuse", "sexual_abuse", "emotional_abuse", "multiple")
PLACEMENTS: Final = {
    "foster": "Foster placement",
    "kinship": "With relatives or friends",
    "for_adoption": "Placed for adoption",
    "with_parents": "Placed with parents",
    "residential": "Children's home or other residential placement",
    "independent": "Living independently",
}
"""Where a child who is looked after lives."""

CATEGORIES: Final = (*PLAN_CATEGORIES, *PLACEMENTS)
"""Of a plan, why it was made; of a placement, what it is."""

FACTORS: Final = {
    "domestic_abuse": "Domestic abuse",
    "mental_health": "Mental health",
    "drug_misuse": "Drug misuse",
    "alcohol_misuse": "Alcohol misuse",
    "neglect": "Neglect",
    "emotional_abuse": "Emotional abuse",
    "physical_abuse": "Physical abuse",
    "sexual_abuse": "Sexual abuse",
}
"""What an assessment may identify, of anybody in the household."""

CLOSURE_REASONS: Final = {
    "assessed_no_further_action": "Closed after assessment, no further action",
    "assessed_early_help": "Closed after assessment, referred to early help",
    "services_ceased": "Services ceased",
    "turned_18": "The youngest child turned 18",
}
"""Why an episode of need was closed, but for those that closed as the children left care."""

WAYS_OUT_OF_CARE: Final = {
    "adopted": "Adopted",
    "special_guardianship": "Special guardianship order",
    "residence_order": "Residence or child arrangements order",
    "independence": "Moved into independent living",
    "care_ceased": "Care ceased for any other reason",
}
"""Why a period of care ended other than by a return home, or by turning 18; the case is closed for it too."""

REASONS: Final = CLOSURE_REASONS | WAYS_OUT_OF_CARE

CHILD_CONCERNS: Final = frozenset(
    {
        "physical_harm",
        "hunger",
        "supervision",
        "sexual_abuse_indicator",
        "emotional_harm",
        "school_absence",
        "missed_health_appointment",
    }
)
"""Concerns about one child; every other concern is about the household and counts for all its children."""

DISCLOSABLE: Final = frozenset(
    {
        "domestic_abuse",
        "physical_harm",
        "hunger",
        "supervision",
        "parental_substance_misuse",
        "risky_adult",
        "sexual_abuse_indicator",
        "emotional_harm",
    }
)
"""Concerns that a child can put into words."""

ALWAYS_OPEN: Final = frozenset({"police", "hospital", "refuge", "childline", "public", "anonymous"})
"""Agencies that write things down on any day; the others on working days only."""

LEAVES_HOME: Final = (
    "police_protection",
    "emergency_protection_order",
    "accommodated_s20",
    "became_looked_after",
    "care_proceedings",
    "interim_care_order",
    "care_order",
)
"""Responses from which day the children no longer live at home, until a return home."""

ENDS_CARE: Final = ("return_home", "left_care")
"""Responses that end a period of care. Who left care otherwise than by a return home stays away from home."""

ASSESSED: Final = ("assessment_completed", "section_47_enquiry")
"""Responses that mean somebody looked at the whole."""

NOT_FOR_DECISIONS: Final = "For teaching and research, never for decisions about real families."
INVENTED: Final = f"Invented children. {NOT_FOR_DECISIONS}"
"""Shown wherever a score is shown; without its first words where a person's chronology is scored."""

FITTED_IN_AN_INVENTED_WORLD: Final = (
    f"The card is fitted in an invented world and validated on nobody. {NOT_FOR_DECISIONS}"
)
NOT_FOR_REAL_CASELOADS: Final = (
    "Real caseloads are not what this is for: nobody knows how often it would be wrong about a real family."
)
"""Both shown wherever children are scored whom something else has made."""


def label(word: str) -> str:
    """Return the words people read for an agency, a concern or a response."""
    return LABELS[word]


VIEWERS: Final = ("pooled", *AGENCIES)


CS: Final = "childrens_services"
