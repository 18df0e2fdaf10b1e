"""The assumptions: what a scenario must say about families, harm, noticing and practice, and in what range.

Each value's unit and source stand beside it in the scenario's file; here are its name, its shape and its
limits. Pairs are (settled, struggling) families; fours are by care state or by severity.
"""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from risk.core.errors import unknown
from risk.core.kinds import CONCERNS, FACTORS, FIRST_CONCERNS, GENERATED_AGENCIES, PLAN_CATEGORIES


def _word_of(noun: str, words: Mapping[str, str]) -> AfterValidator:
    def known(word: str) -> str:
        if word not in words:
            raise ValueError(unknown(noun, word, words))
        return word

    return AfterValidator(known)


Agency = Annotated[str, _word_of("agency", GENERATED_AGENCIES)]
Concern = Annotated[str, _word_of("concern", CONCERNS)]
Factor = Annotated[str, _word_of("factor", FACTORS)]
Probability = Annotated[float, Field(ge=0, le=1)]
Rate = Annotated[float, Field(ge=0, le=200)]
Multiplier = Annotated[float, Field(gt=0, le=20)]
Dial = Annotated[float, Field(ge=0, le=3)]
"""Added to log odds at each step; 0 makes noise of what is written."""
Days = Annotated[float, Field(ge=0, le=28)]  # bounded, so that an exact filter re-runs a short window only
PerFamilyType = tuple[Rate, Rate]
PerCareChange = tuple[tuple[Rate, Rate, Rate], tuple[Rate, Rate, Rate]]
PerCareState = tuple[Rate, Rate, Rate, Rate]
FindingPerCareState = tuple[Probability, Probability, Probability, Probability]
PerSeverity = tuple[Probability, Probability, Probability, Probability]
PerEthnicity = tuple[Probability, Probability, Probability, Probability, Probability]
PerCategory = tuple[Probability, Probability, Probability, Probability, Probability]
PerOrder = tuple[Probability, Probability, Probability, Probability, Probability]
PerWayOut = tuple[Probability, Probability, Probability, Probability]
Weeks = Annotated[int, Field(ge=1, le=520)]
PerSpeakersAge = tuple[Multiplier, Multiplier, Multiplier]
AbsentPresent = tuple[Probability, Probability]
MOST_STEPS = 64
DoneBy = Annotated[
    tuple[tuple[Probability, Annotated[float, Field(ge=0, le=500)]], ...], Field(max_length=MOST_STEPS)
]
"""(share, days): by then that share is done; straight lines between."""


TIMES = (
    *("assessment_working_days", "conference_working_days", "in_need_review_days", "first_review_days"),
    *("later_review_days", "first_visit_working_days", "in_need_visit_working_days"),
    *("protection_visit_working_days", "care_visit_working_days", "first_core_group_working_days"),
    "core_group_working_days",
)
"""Assumptions of practice that are spread over days."""


STANDINGS = {
    "in_need_plan": "Child in need plan",
    "protection_plan": "Child protection plan",
    "accommodated": "Accommodated under section 20",
    "interim_order": "Under an interim care order",
    "care_order": "Under a care order",
    "placement_order": "Under a placement order, to be adopted",
}
"""How things may stand with a household on the first day, besides that nothing is open."""

Standing = Annotated[str, _word_of("standing", STANDINGS)]
AGES_OF_YOUNGEST = (0, 1, 5, 10, 16)
"""The years from which the youngest child of a home is in each class of age."""

TimesAsLikely = Annotated[float, Field(ge=0, le=100)]
PerAge = tuple[TimesAsLikely, TimesAsLikely, TimesAsLikely, TimesAsLikely, TimesAsLikely]
OpenDays = Annotated[
    tuple[tuple[Probability, Annotated[float, Field(ge=0, le=6_500)]], ...], Field(max_length=MOST_STEPS)
]
"""(share, days): so many have been open for so long or less; straight lines between."""


class Frozen(BaseModel):
    """A group of assumptions: unknown names are refused, values never change."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FamiliesAssumptions(Frozen):
    """Who lives in the homes."""

    children_shares: tuple[Probability, ...] = Field(min_length=1, max_length=5)
    oldest_age_years: tuple[Annotated[float, Field(ge=-20)], Annotated[float, Field(le=18)]]
    sibling_gap_years: tuple[Annotated[float, Field(ge=1)], Annotated[float, Field(le=10)]]
    father_present_share: Probability
    separations_per_year: Rate
    separates_after_refuge: Probability
    partner_joins_per_year: Rate
    partner_leaves_per_year: Rate
    risky_adult_is_partner: Probability
    struggling_share: Probability
    struggling_deprivation_step: Multiplier
    areas: Annotated[int, Field(ge=1, le=1_000)]
    visibility_shares: tuple[Probability, Probability, Probability]
    disability_share: tuple[Probability, Probability]
    ethnicity_shares: tuple[PerEthnicity, PerEthnicity]

    @model_validator(mode="after")
    def _shares_add_to_one(self) -> Self:
        for name in ("oldest_age_years", "sibling_gap_years"):
            _check_range(name, *getattr(self, name))
        for name in ("children_shares", "visibility_shares"):
            _check_adds_to_one(name, getattr(self, name))
        for shares in self.ethnicity_shares:
            _check_adds_to_one("ethnicity_shares", shares)
        return self


class HarmAssumptions(Frozen):
    """How the hidden household state moves. Pairs are (settled, struggling) families."""

    domestic_abuse_starts_per_year: PerFamilyType
    domestic_abuse_stops_per_year: PerFamilyType
    substance_misuse_starts_per_year: PerFamilyType
    substance_misuse_stops_per_year: PerFamilyType
    risky_adult_joins_per_year: PerFamilyType
    risky_adult_leaves_per_year: PerFamilyType
    risky_adult_joins_with_substance_misuse: Multiplier
    care_worsens_per_year: PerCareChange
    care_improves_per_year: PerCareChange
    collapses_per_year: PerFamilyType
    tidies_per_year: PerFamilyType
    worsens_with_domestic_abuse: Multiplier
    worsens_with_substance_misuse: Multiplier
    worsens_with_risky_adult: Multiplier
    improves_with_support: tuple[Multiplier, Multiplier, Multiplier]
    worsens_after_return: Multiplier
    support_takes_weeks: Annotated[int, Field(ge=0, le=52)]


class NoticingAssumptions(Frozen):
    """What happens in a home that could be noticed, and who notices, writes down, shares and believes."""

    incidents_per_year: dict[Concern, PerCareState]
    incidents_with_domestic_abuse_per_year: dict[Concern, Rate]
    incidents_with_substance_misuse_per_year: dict[Concern, Rate]
    incidents_with_risky_adult_per_year: dict[Concern, Rate]
    severity_shares: dict[Concern, PerSeverity]
    severity_with_worse_care: Dial
    notices: dict[Agency, dict[Concern, Probability]]
    visibility_multipliers: tuple[Multiplier, Multiplier, Multiplier]
    noticed_with_under_five: Multiplier
    records: dict[Agency, Probability]
    recording_delay_mean_days: dict[Agency, Days]
    recording_delay_most_days: Annotated[int, Field(ge=0, le=28)]
    shares: dict[Agency, Probability]
    shares_of: dict[Agency, dict[Concern, Probability]]
    sharing_delay_mean_days: dict[Agency, Days]
    sharing_delay_most_days: Annotated[int, Field(ge=0, le=28)]
    child_says: dict[Agency, Probability]
    child_says_by_age: PerSpeakersAge
    child_says_with_worse_care: Dial
    child_says_after_not_believed: Multiplier
    child_says_from_age_years: Annotated[float, Field(ge=0, le=18)]
    childline_from_age_years: Annotated[float, Field(ge=0, le=18)]
    believes: dict[Agency, Probability]
    believes_by_age: PerSpeakersAge
    believes_with_worse_care: Dial
    shares_when_known: Multiplier
    shares_when_not_believed: Probability
    severity_lost_when_not_believed: Annotated[int, Field(ge=0, le=3)]
    refuge_after_domestic_abuse: Probability
    refuge_stay_weeks: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(le=52)]]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _check_range("refuge_stay_weeks", *self.refuge_stay_weeks)
        for name in ("incidents_per_year", "severity_shares"):  # a later concern may be left out of both
            absent = [w for w in FIRST_CONCERNS | self.incidents_per_year if w not in getattr(self, name)]
            if absent:
                raise ValueError(f"{name} lacks {', '.join(absent)}; every concern needs a row")
        for name in ("records", "recording_delay_mean_days", "shares", "sharing_delay_mean_days"):
            absent = [w for w in self.notices if w not in getattr(self, name)]
            if absent:
                raise ValueError(f"{name} lacks {', '.join(absent)}; every agency that notices needs one")
        for concern, shares in self.severity_shares.items():
            _check_adds_to_one(f"severity_shares of {concern}", shares)
        return self


class PracticeAssumptions(Frozen):
    """How children's services answer what reaches them, on the statutory clock."""

    screens_in: PerSeverity
    screens_in_when_known: Multiplier
    contacts_remembered_days: Annotated[int, Field(ge=0, le=365)]
    screened_out_offers_early_help: Probability
    assesses: PerSeverity
    calls_strategy_discussion: PerSeverity
    offers_early_help: Probability
    considers_sexual_abuse: Probability
    adds_up: Probability
    adds_up_concerns: Annotated[int, Field(ge=1, le=100)]
    adds_up_weeks: Annotated[int, Field(ge=1, le=52)]
    pressure_swing: Probability
    assessment_working_days: DoneBy
    assessment_never_completed: Probability
    finds_need: FindingPerCareState
    finds_domestic_abuse: Probability
    finds_significant_harm: FindingPerCareState
    finds_at_review: FindingPerCareState
    reassured_by_parent: Probability
    identifies: dict[Factor, AbsentPresent]
    accommodates_after_assessment: FindingPerCareState
    accommodates_by_age: PerAge
    strategy_after_assessment: Probability
    strategy_by_age: PerAge
    strategy_after_earlier_plan: Multiplier
    in_need_plan_after_assessment: Probability
    conference_working_days: DoneBy
    plan_after_conference: Probability
    plan_category_shares: tuple[PerCategory, PerCategory, PerCategory, PerCategory]
    in_need_review_days: DoneBy
    first_review_days: DoneBy
    later_review_days: DoneBy
    ends_at_first_review: Probability
    first_visit_working_days: DoneBy
    in_need_visit_working_days: DoneBy
    protection_visit_working_days: DoneBy
    care_visit_working_days: DoneBy
    visits_missed: Probability
    child_not_seen: FindingPerCareState
    child_not_seen_in_care: Probability
    first_core_group_working_days: DoneBy
    core_group_working_days: DoneBy
    core_groups_missed: Probability
    police_protects: Probability
    emergency_orders: Probability
    returns_home: Probability
    applies_to_court: Probability
    applies_by_age: PerAge
    convicts: Probability
    assess_at_line: Annotated[bool, Field(strict=True)] = False
    """Asks what one act would have changed, and says nothing of how services are: off unless it is asked."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name in TIMES:
            _check_steps(name, getattr(self, name))
        for sure, likely in zip(self.calls_strategy_discussion, self.assesses, strict=True):
            if sure + likely > 1 + 1e-9:
                raise ValueError(f"assesses {likely} and calls_strategy_discussion {sure} add to over 1")
        for number, shares_of_plans in enumerate(self.plan_category_shares):
            _check_adds_to_one(f"plan_category_shares of {PLAN_CATEGORIES[number]}", shares_of_plans)
        absent = [w for w in FACTORS if w not in self.identifies]
        if absent:
            raise ValueError(f"identifies lacks {', '.join(absent)}; every factor needs a pair")
        return self


class OpeningAssumptions(Frozen):
    """How things stand with households on the first day, which is in the middle of things."""

    standing_shares: dict[Standing, tuple[FindingPerCareState, FindingPerCareState]]
    times_by_age: dict[Standing, PerAge]
    open_days: dict[Standing, OpenDays]
    referred_by: dict[Agency, Probability]
    plan_category_shares: PerCategory

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for name in ("standing_shares", "times_by_age", "open_days"):
            absent = [w for w in STANDINGS if w not in getattr(self, name)]
            if absent:
                raise ValueError(f"{name} lacks {', '.join(absent)}; every standing needs a row")
        for standing, steps in self.open_days.items():
            _check_steps(f"open_days of {standing}", steps)
        _check_adds_to_one("referred_by", tuple(self.referred_by.values()))
        _check_adds_to_one("plan_category_shares", self.plan_category_shares)
        return self


def _check_steps(name: str, steps: tuple[tuple[float, float], ...]) -> None:
    shares, days = [share for share, _ in steps], [day for _, day in steps]
    if shares[0] != 0 or shares[-1] != 1 or shares != sorted(shares) or days != sorted(days):
        raise ValueError(f"{name}: shares run from 0 to 1, and neither shares nor days ever fall")


class LookedAfterAssumptions(Frozen):
    """How children are looked after, how care ends, and who comes back to it.

    Pairs are of children accommodated and under a care order, or of children young enough to be adopted and
    others; a pair of weeks is a range, uniform between.
    """

    review_days: tuple[DoneBy, DoneBy, DoneBy]
    proceedings_weeks: tuple[Weeks, Weeks]
    court_orders: tuple[PerOrder, PerOrder]
    adopted_below_years: Annotated[float, Field(ge=0, le=18)]
    placed_after_weeks: tuple[Weeks, Weeks]
    adopted_after_weeks: tuple[Weeks, Weeks]
    returns_home_later: tuple[Probability, Probability]
    leaves_at_review: tuple[PerWayOut, PerWayOut]
    returns_to_care: Probability
    placement_shares: tuple[Probability, Probability, Probability]
    lives_independently: Probability
    placement_scale_days: Annotated[float, Field(ge=1, le=20_000)]
    placement_shape: Annotated[float, Field(ge=0.2, le=5)]
    settled_after_days: Annotated[int, Field(ge=1, le=3_000)]
    strengths_per_year: Rate
    strengths_shares: tuple[Probability, Probability, Probability]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name in ("proceedings_weeks", "placed_after_weeks", "adopted_after_weeks"):
            _check_range(name, *getattr(self, name))
        for timing in self.review_days:
            _check_steps("review_days", timing)
        for name in ("placement_shares", "strengths_shares"):
            _check_adds_to_one(name, getattr(self, name))
        for shares in self.court_orders:
            _check_adds_to_one("court_orders", shares)
        for chances in self.leaves_at_review:
            if sum(chances) > 1 + 1e-9:
                raise ValueError(f"leaves_at_review {chances} add to over 1")
        return self


def _check_range(name: str, low: float, high: float) -> None:
    if low > high:
        raise ValueError(f"{name} = [{low:g}, {high:g}]; a range runs from low to high")


def _check_adds_to_one(name: str, shares: tuple[float, ...]) -> None:
    if abs(sum(shares) - 1) > 1e-6:
        raise ValueError(f"{name} add to {sum(shares):g}; shares of a whole add to 1")
