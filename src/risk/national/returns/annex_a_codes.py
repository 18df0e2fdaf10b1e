"""Annex A's words: the lettered labels in which an inspection's lists say what the census says in codes.

Codes are those of `cin_codes` and `care`; here is only how Annex A writes them. Where the record does not
know what a list asks for, the choice is ours and says "assumption".
"""

from typing import Final

YES: Final = "a) Yes"
NO: Final = "b) No"
UNKNOWN: Final = "c) Unknown"

GENDER: Final = {"male": "a) Male", "female": "b) Female"}
GENDER_NOT_STATED: Final = "c) Not stated/recorded"

ETHNICITY: Final = {
    "WBRI": "a) WBRI",
    "MOTH": "i) MOTH",
    "AOTH": "m) AOTH",
    "BOTH": "p) BOTH",
    "OOTH": "r) OOTH",
    "NOBT": "s) NOBT",
}
"""Of the twenty, those that `cin_codes.ETHNICITY` uses."""

SOURCE: Final = {
    "1D": "d) 1D: Individual",
    "2A": "e) 2A: Schools",
    "2B": "f) 2B: Education services",
    "3A": "g) 3A: Health services",
    "3B": "h) 3B: Health services",
    "3E": "k) 3E: Health services",
    "4": "m) 4: Housing",
    "5A": "n) 5A: LA services",
    "5B": "o) 5B: LA services",
    "5D": "p1) 5D: LA services",
    "6": "q) 6: Police",
    "7": "r) 7: Other legal agency",
    "8": "s) 8: Other",
    "9": "t) 9: Anonymous",
    "10": "u) 10: Unknown",
}

CATEGORY: Final = {
    "neglect": "a) Neglect",
    "physical_abuse": "b) Physical abuse",
    "sexual_abuse": "c) Sexual abuse",
    "emotional_abuse": "d) Emotional abuse",
    "multiple": "e) Multiple/not recommended",
}

LOOKED_AFTER: Final = "a) Looked after child"
ON_PROTECTION_PLAN: Final = "b) Child Protection plan"
ON_IN_NEED_PLAN: Final = "c) Child in need plan"
BEING_ASSESSED: Final = "d) Open assessment"
"""Assumption: also a case that is open and has no assessment yet, or none any more."""
CLOSED: Final = "e) Closed episode"

LEGAL_STATUS: Final = {
    "C1": "C1: ICO",
    "C2": "C2: FCO",
    "V2": "V2: Single period under S20",
    "L1": "L1: Police protection",
    "L2": "L2: EPO",
}
PLACEMENT_TYPE: Final = "f) U6: Foster placement - not FFA"
PLACEMENT_PROVIDER: Final = "b) PR1: Own provision"
"""Assumption: one foster placement of the authority's own, as in the looked-after children return."""

NOT_SIMULATED: Final = "not simulated"
"""What stands in a column that must not be blank and of which the simulated world knows nothing."""

EARLY_HELP: Final = "Early help"
"""Assumption: who does the early help assessment that an offer leads to."""
