"""Annex A's words: the lettered labels in which an inspection's lists say what the census says in codes.

They stand in `annex_a_codes.csv`. Codes are those of `cin_codes` and `care`; here is only how Annex A writes
them. Where the record does not know what a list asks for, the choice is ours, and its note says "assumption".
"""

from functools import cache

from risk.core.data_files import read_words
from risk.core.kinds import PLACEMENTS, PLAN_CATEGORIES
from risk.national.returns.care import LEGAL_STATUS
from risk.national.returns.cin_codes import codes
from risk.national.returns.leaving_care import ELIGIBILITY


@cache
def labels() -> dict[str, dict[str, str]]:
    """Return Annex A's label for each word or code, by table.

    Raises InputError where `annex_a_codes.csv` lacks a code that the census's tables use, or has another.

    >>> labels()["yes_no"]["unknown"], labels()["source"]["6"]
    ('c) Unknown', 'q) 6: Police')
    """
    otherwise = codes()["otherwise"]
    tables = {
        "yes_no": ("yes", "no", "unknown"),
        "gender": tuple(codes()["sex"]),
        "ethnicity": tuple(dict.fromkeys((*codes()["ethnicity"].values(), otherwise["ethnicity"]))),
        "source": tuple(dict.fromkeys(codes()["referral_source"].values())),
        "category": PLAN_CATEGORIES,
        "case_status": ("looked_after", "on_protection_plan", "on_in_need_plan", "being_assessed", "closed"),
        "legal_status": tuple(dict.fromkeys(LEGAL_STATUS.values())),
        "placement": tuple(PLACEMENTS),
        "provider": ("PR0", "PR1", "PR4"),
        "early_help": ("assessed_by",),
        "eligibility": ELIGIBILITY,
        "in_touch": ("not_recorded",),
        "otherwise": ("gender", "not_simulated"),
    }
    columns = ("table", "word", "code")
    return read_words("risk.national.returns", "annex_a_codes.csv", columns, tables, "note")
