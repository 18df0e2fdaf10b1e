"""The children in need census's codes: what each of our words is called there.

The meanings are the census's own, as the validators of local authorities list them. Where our vocabulary is
coarser than theirs, or finer, the choice is ours, and says "assumption".
"""

from typing import Final

import polars as pl

from risk.core.kinds import CONCERNS

SEX: Final = {"female": "F", "male": "M"}
SEX_UNKNOWN: Final = "U"

ETHNICITY: Final = {"white": "WBRI", "asian": "AOTH", "black": "BOTH", "mixed": "MOTH", "other": "OOTH"}
"""Assumption: we know the broad group only, so each is the group's "any other"; white is its commonest."""

ETHNICITY_UNKNOWN: Final = "NOBT"

DISABLED: Final = "DDA"
NOT_DISABLED: Final = "NONE"
"""Assumption: we know whether, not which; DDA is the code for a disability that no other code names."""

REFERRAL_SOURCE: Final = {
    "public": "1D",  # assumption: other individual; we do not tell family from neighbours
    "school": "2A",
    "nursery": "2B",  # assumption: early years count as education services
    "gp": "3A",
    "health_visitor": "3B",
    "hospital": "3E",  # assumption: what a hospital reports, its emergency department saw
    "housing": "4",
    "childrens_services": "5A",
    "local_authority": "5B",
    "early_help": "5D",
    "police": "6",
    "probation": "7",
    "court": "7",
    "refuge": "8",
    "drug_alcohol_service": "8",  # assumption: a voluntary service, as most are
    "childline": "8",
    "anonymous": "9",
    "unspecified": "10",
}
BORN_INTO_CASE: Final = "5A"
"""Who refers a child born into a home whose case is open: those who hold the case. An assumption."""

ILLNESS_OF_A_PARENT: Final = ("parental_substance_misuse", "parental_mental_health")
PRIMARY_NEED: Final = dict.fromkeys(CONCERNS, "N1") | {
    **dict.fromkeys(ILLNESS_OF_A_PARENT, "N3"),
    "school_absence": "N5",
    "non_engagement": "N5",
    "criminality_at_address": "N5",
}
"""By the concern that was referred, an assumption: abuse or neglect (N1), which domestic abuse and neglect in
all its forms are; a parent's illness or addiction (N3); family dysfunction (N5).
"""
NEED_NOT_STATED: Final = "N0"

CLOSURE: Final = {
    "assessed_no_further_action": "RC8",
    "assessed_early_help": "RC9",
    "services_ceased": "RC7",
    "turned_18": "RC7",
}
SERVICES_CEASED: Final = "RC7"
"""Rule 2990: also what RC8 and RC9 become in an episode that held more than assessments."""

CATEGORY: Final = {
    "neglect": "NEG",
    "physical_abuse": "PHY",
    "sexual_abuse": "SAB",
    "emotional_abuse": "EMO",
    "multiple": "MUL",
}

FACTOR: Final = {
    "domestic_abuse": "3B",
    "mental_health": "4B",
    "drug_misuse": "2B",
    "alcohol_misuse": "1B",
    "neglect": "16A",
    "emotional_abuse": "17A",
    "physical_abuse": "18C",
    "sexual_abuse": "19C",
}
"""Assumption: our factors say "anybody in the household"; A, B and C are child, parent and other, or by whom.
We write the parent, and an adult for abuse.
"""
NO_FACTOR: Final = "21"

NO_UPN_UNDER_SCHOOL_AGE: Final = "UN1"
NO_UPN_NO_FURTHER_ACTION: Final = "UN7"
CHECK_LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"


def la_child_id(child_id: pl.Expr) -> pl.Expr:
    """Return the census's id of a child: letters and digits, visibly synthetic, its zeros safe in Excel."""
    return pl.lit("SYN") + child_id.cast(pl.String).str.zfill(10)


def upn(child_id: pl.Expr) -> pl.Expr:
    """Return a valid unique pupil number that no living child can have.

    A check letter and twelve digits, of which the first three name an authority that does not exist (001, or
    up to 005 beyond a thousand million), and the others are our own child_id. The letter is the sum of the
    digits, the first times 2, the next times 3 and so on, modulo 23, in an alphabet without I, O and S.
    """
    number = child_id + 10**9
    weighed = pl.sum_horizontal(number // 10 ** (11 - k) % 10 * (k + 2) for k in range(12))
    letter = pl.lit(CHECK_LETTERS).str.slice(weighed % len(CHECK_LETTERS), 1)
    return letter + number.cast(pl.String).str.zfill(12)
