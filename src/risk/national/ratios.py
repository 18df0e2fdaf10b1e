"""The ratios: what is counted, over what else is counted, for each published rate and share."""

from typing import Final

from risk.core.kinds import PLAN_CATEGORIES
from risk.national.flows import LEGAL_BASES, MONTHS, SOURCES
from risk.national.stocks import (
    AGED_CATEGORIES,
    AGES,
    CARE_LENGTHS,
    DECILES,
    LENGTHS,
    PLACED,
    STATUSES,
    VISIT_WORKING_DAYS,
    WAYS_OUT,
)

FACTORS_PUBLISHED: Final = ("domestic_abuse", "mental_health", "drug_misuse", "alcohol_misuse", "neglect")
SHARES: Final = {
    "referrals_per_100_contacts": ("referral", "contact"),
    **{f"source_{group}": (f"referral_{group}", "referral") for group in SOURCES},
    **{f"referred_in_{months}": (f"referral_{months}", "referral") for months in MONTHS},
    "re_referral_12_months": ("re_referral", "referral"),
    "no_further_action": ("closed_at_once", "referral"),
    "assessed_not_in_need": ("not_in_need", "referral"),
    "assessment_within_45_days": ("assessed_in_time", "assessed"),
    **{f"factor_{factor}": (f"factor_{factor}", "assessed") for factor in FACTORS_PUBLISHED},
    "section_47_per_100_referrals": ("section_47", "referral"),
    "conferences_per_100_section_47": ("conference", "section_47"),
    "conference_within_15_days": ("conferred_in_time", "conference"),
    "plans_per_100_conferences": ("plan", "conference"),
    "plans_per_100_referrals": ("plan", "referral"),
    "second_or_later_plan": ("plan_again", "plan"),
    **{f"plan_category_{category}": (f"plan_{category}", "plan") for category in PLAN_CATEGORIES},
    **{f"legal_basis_{basis}": (f"care_{basis}", "care") for basis in LEGAL_BASES},
    **{f"in_need_aged_{age}": (f"in_need_{age}", "in_need") for age in AGES},
    "in_need_disabled": ("in_need_disabled", "in_need"),
    "in_need_not_yet_assessed": ("waits", "in_need"),
    "episodes_per_100_children": ("need_started", "need_child"),
    **{f"need_open_{length}": (f"need_open_{length}", "in_need") for length in LENGTHS},
    **{f"need_ended_{length}": (f"need_ended_{length}", "need_ended") for length in LENGTHS},
    **{f"on_plan_aged_{age}": (f"on_plan_{age}", "on_plan") for age in AGES},
    "on_plan_male": ("on_plan_male", "on_plan"),
    **{f"{c}_aged_{age}": (f"{c}_{age}", f"on_plan_{age}") for c in AGED_CATEGORIES for age in AGES},
    **{f"plan_open_{length}": (f"plan_open_{length}", "on_plan") for length in LENGTHS},
    **{f"plan_ended_{length}": (f"plan_ended_{length}", "plan_ended") for length in LENGTHS},
    "reviewed_in_time": ("reviewed_in_time", "reviewed"),
    **{f"visits_within_{most}_days": (f"visit_{most}", "visit") for most in VISIT_WORKING_DAYS},
    **{f"care_starts_aged_{age}": (f"care_{age}", "care") for age in AGES},
    **{f"looked_after_aged_{age}": (f"in_care_{age}", "in_care") for age in AGES},
    **{f"status_{status}": (f"in_care_{status}", "in_care") for status in STATUSES},
    **{f"placed_{where}": (f"placed_{where}", "placed") for where in PLACED},
    **{f"placements_in_year_{n}": (f"placements_{n}", "placed") for n in (1, 2, 3)},
    **{f"left_care_{way}": (f"left_{way}", "left") for way in (*WAYS_OUT, "other")},
    **{f"left_care_after_{length}": (f"left_{length}", "left") for length in CARE_LENGTHS},
    "re_entry_12_months": ("came_back", "went_home"),
}
"""The measures in per cent, or per hundred: what is counted, and over what."""

RATES: Final = {
    "contacts_per_10_000": ("contact", "child_years"),
    "referrals_per_10_000": ("referral", "child_years"),
    "in_need_per_10_000": ("in_need", "children"),
    "on_plan_per_10_000": ("on_plan", "children"),
    "plans_ended_per_10_000": ("plan_ended", "child_years"),
    "care_starts_per_10_000": ("care", "child_years"),
    "taken_into_care_per_10_000": ("taken", "child_years"),
    "looked_after_per_10_000": ("in_care", "children"),
    **{f"on_plan_decile_{d}": (f"on_plan_decile_{d}", f"children_decile_{d}") for d in DECILES},
    **{f"looked_after_decile_{d}": (f"in_care_decile_{d}", f"children_decile_{d}") for d in DECILES},
}
"""The measures per 10,000 children: what is counted, and over what. Decile 1 is the most deprived."""

RATIOS: Final = SHARES | RATES
GRADIENTS: Final = {
    "on_plan_gradient": ("on_plan_decile_1", "on_plan_decile_10"),
    "looked_after_gradient": ("looked_after_decile_1", "looked_after_decile_10"),
}
"""How many times as high one rate is as another, of other homes."""
