"""The dictionary: what each column of a cohort means, in a line that every export carries with it.

The words are those of `schema`, said for somebody who opens a file and has not read the code.
"""

from typing import Final

_HOUSEHOLD: Final = "the household, a number from 0 that is never a real address"
_CHILD: Final = "the child: household_id × 16 plus the order of birth"
_EVENT: Final = "the row of events"
_ADULT: Final = "the adult: household_id × 16 plus a place in the home"
_EXCLUSIVE: Final = "the first day on which it was no longer so"

COLUMNS: Final = {
    "households": {
        "household_id": _HOUSEHOLD,
        "deprivation_decile": "1 the most deprived tenth of neighbourhoods, 10 the least",
        "area": "an invented neighbourhood, a number from 0",
    },
    "adults": {
        "adult_id": _ADULT,
        "household_id": _HOUSEHOLD,
        "name": "an invented name with the household's number in it",
        "role": "what the adult is to the children",
        "joined_on": "when somebody first wrote down that the adult lives there; empty: nobody did",
        "left_on": "when somebody first wrote down that the adult has left; empty: nobody did",
        "known_to_police": "whether police or probation wrote of the adult as a risk or violent",
    },
    "children": {
        "child_id": _CHILD,
        "household_id": _HOUSEHOLD,
        "given_name": "an invented name with the household's number in it",
        "born_on": "day of birth; a child may be born while the record runs",
        "sex": "female or male",
        "ethnicity": "one of five broad groups",
        "disability": "whether a disability is recorded",
    },
    "events": {
        "event_id": "one thing written down; counts up within a household in the order of writing",
        "household_id": _HOUSEHOLD,
        "child_id": "the child it is about; empty: the whole household",
        "kind": "what was written: a concern, or a service's response",
        "agency": "who wrote it",
        "occurred_on": "the day on which it happened",
        "recorded_on": "the day on which the agency wrote it down, never before it happened",
        "shared_on": "the day from which children's services could know; empty: never",
        "may_be_later_days": "how many days later all three days may be, where only a window is known",
        "severity": "of a concern: 1 to 4, as it looked on its own",
        "disclosed_by_child": "whether the child said it",
        "believed": "whether what the child said was believed; empty where no child said it",
        "finding": "of an assessment, conference or review: whether it found cause",
        "category": "of a child protection plan",
        "reason": "why an episode of need was closed",
        "answers": "the event_id that this one answers",
        "closes": "the event_id whose episode this one ends",
    },
    "factors": {
        "event_id": "the completed assessment",
        "factor": "what it identified, of anybody in the household",
    },
    "families": {
        "household_id": _HOUSEHOLD,
        "family_type": "how easily the home's care breaks down and mends",
        "visibility": "how much of what happens there is seen",
    },
    "residents": {
        "adult_id": _ADULT,
        "household_id": _HOUSEHOLD,
        "role": "what the adult is to the children",
        "joined_on": "the day on which the adult moved in; empty: lived there all the time",
        "left_on": f"{_EXCLUSIVE}; empty: still there",
        "risky": "whether the adult is a risk to children, known or not",
    },
    "refuge_stays": {
        "household_id": _HOUSEHOLD,
        "from_on": "first day of the mother and children in a refuge",
        "to_on": _EXCLUSIVE,
    },
    "spells": {
        "household_id": _HOUSEHOLD,
        "from_on": "first day of a stretch in which the home's hidden state did not change",
        "to_on": _EXCLUSIVE,
        "care_state": "the care in the home; serious and severe warrant an assessment",
        "domestic_abuse": "whether there was domestic abuse",
        "substance_misuse": "whether a parent misused alcohol or drugs",
        "risky_adult": "whether an adult who is a risk to children lived there",
    },
    "harms": {
        "child_id": _CHILD,
        "warranted_from": "first day on which the child's life warranted an assessment",
        "warranted_to": _EXCLUSIVE,
    },
    "incidents": {
        "incident_id": "one thing that happened",
        "agency": "an agency that could have noticed it",
        "household_id": _HOUSEHOLD,
        "kind": "what happened",
        "on": "the day on which it happened",
        "noticed": "whether the agency noticed",
        "recorded": "whether it wrote it down",
        "shared": "whether it told children's services",
        "event_id": f"{_EVENT} that came of it; empty: none",
    },
    "visits": {
        "event_id": f"{_EVENT} with the finding",
        "household_id": _HOUSEHOLD,
        "care_state": "the care that was there to be seen",
        "domestic_abuse": "whether there was domestic abuse to be seen",
        "reassured": "whether a tidied home or the parent's account was taken for the whole",
    },
}
"""By table and column, in the order of `schema`."""
