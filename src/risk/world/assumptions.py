"""The assumptions: what a scenario must say about families, harm, noticing and practice, and in what range.

Each value's unit and source stand beside it in the scenario's file; here are its name, its shape and its
limits. Pairs are (settled, struggling) families; fours are by care state or by severity.
"""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from risk.core.errors import unknown
from risk.core.kinds import CONCERNS, FACTORS, GENERATED_AGENCIES, PLAN_CATEGORIES


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
Days = Annotated[float, Field(ge=0, le=28)]  # bounded, so that an exact filter re-runs a short window only
PerFamilyType = tuple[Rate, Rate]
PerCareChange = tuple[tuple[Rate, Rate, Rate], tuple[Rate, Rate, Rate]]
PerCareState = tuple[Rate, Rate, Rate, Rate]
FindingPerCareState = tuple[Probability, Probability, Probability, Probability]
PerSeverity = tuple[Probability, Probability, Probability, Probability]
PerCategory = tuple[Probability, Probability, Probability, Probability, Probability]
AbsentPresent = tuple[Probability, Probability]
MOST_STEPS = 64
WorkingDays = Annotated[
    tuple[tuple[Probability, Annotated[float, Field(ge=0, le=500)]], ...], Field(max_length=MOST_STEPS)
]
"""(share, working days): by then that share is done; straight lines between."""


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
    struggling_deprivation_power: Multiplier
    areas: Annotated[int, Field(ge=1, le=1_000)]
    visibility_shares: tuple[Probability, Probability, Probability]
    disability_share: Probability
    ethnicity_shares: tuple[Probability, Probability, Probability, Probability, Probability]

    @model_validator(mode="after")
    def _shares_add_to_one(self) -> Self:
        for name in ("oldest_age_years", "sibling_gap_years"):
            _check_range(name, *getattr(self, name))
        for name in ("children_shares", "visibility_shares", "ethnicity_shares"):
            _check_adds_to_one(name, getattr(self, name))
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
    support_takes_weeks: Annotated[int, Field(ge=0, le=52)]


class NoticingAssumptions(Frozen):
    """What happens in a home that could be noticed, and who notices, writes down, shares and believes."""

    incidents_per_year: dict[Concern, PerCareState]
    incidents_with_domestic_abuse_per_year: dict[Concern, Rate]
    incidents_with_substance_misuse_per_year: dict[Concern, Rate]
    incidents_with_risky_adult_per_year: dict[Concern, Rate]
    severity_shares: dict[Concern, PerSeverity]
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
    child_says_from_age_years: Annotated[float, Field(ge=0, le=18)]
    childline_from_age_years: Annotated[float, Field(ge=0, le=18)]
    believes: dict[Agency, Probability]
    shares_when_known: Multiplier
    shares_when_not_believed: Probability
    severity_lost_when_not_believed: Annotated[int, Field(ge=0, le=3)]
    refuge_after_domestic_abuse: Probability
    refuge_stay_weeks: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(le=52)]]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _check_range("refuge_stay_weeks", *self.refuge_stay_weeks)
        for name, words in (("incidents_per_year", CONCERNS), ("severity_shares", CONCERNS)):
            absent = [w for w in words if w not in getattr(self, name)]
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
    assessment_working_days: WorkingDays
    assessment_never_completed: Probability
    finds_need: FindingPerCareState
    finds_domestic_abuse: Probability
    finds_significant_harm: FindingPerCareState
    finds_at_review: FindingPerCareState
    reassured_by_parent: Probability
    identifies: dict[Factor, AbsentPresent]
    accommodates_after_assessment: Probability
    strategy_after_assessment: Probability
    strategy_after_earlier_plan: Multiplier
    in_need_plan_after_assessment: Probability
    conference_working_days: WorkingDays
    plan_after_conference: Probability
    plan_category_shares: tuple[PerCategory, PerCategory, PerCategory, PerCategory]
    in_need_review_weeks: Annotated[int, Field(ge=1, le=52)]
    first_review_days: Annotated[int, Field(ge=1, le=365)]
    later_review_days: Annotated[int, Field(ge=1, le=365)]
    reviews_late: Probability
    police_protects: Probability
    emergency_orders: Probability
    care_review_weeks: Annotated[int, Field(ge=1, le=104)]
    returns_home: Probability
    applies_to_court: Probability
    proceedings_weeks: Annotated[int, Field(ge=1, le=104)]
    court_orders_care: Probability
    convicts: Probability

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name in ("assessment_working_days", "conference_working_days"):
            shares = [share for share, _ in getattr(self, name)]
            days = [day for _, day in getattr(self, name)]
            if shares[0] != 0 or shares[-1] != 1 or shares != sorted(shares) or days != sorted(days):
                raise ValueError(f"{name}: shares run from 0 to 1, and neither shares nor days ever fall")
        for sure, likely in zip(self.calls_strategy_discussion, self.assesses, strict=True):
            if sure + likely > 1 + 1e-9:
                raise ValueError(f"assesses {likely} and calls_strategy_discussion {sure} add to over 1")
        if self.accommodates_after_assessment + self.strategy_after_assessment > 1:
            raise ValueError("accommodates_after_assessment and strategy_after_assessment add to over 1")
        for number, shares_of_plans in enumerate(self.plan_category_shares):
            _check_adds_to_one(f"plan_category_shares of {PLAN_CATEGORIES[number]}", shares_of_plans)
        absent = [w for w in FACTORS if w not in self.identifies]
        if absent:
            raise ValueError(f"identifies lacks {', '.join(absent)}; every factor needs a pair")
        return self


def _check_range(name: str, low: float, high: float) -> None:
    if low > high:
        raise ValueError(f"{name} = [{low:g}, {high:g}]; a range runs from low to high")


def _check_adds_to_one(name: str, shares: tuple[float, ...]) -> None:
    if abs(sum(shares) - 1) > 1e-6:
        raise ValueError(f"{name} add to {sum(shares):g}; shares of a whole add to 1")
