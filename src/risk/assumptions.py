"""The assumptions: what a scenario must say about families, harm, noticing and practice, and in what range.

Each value's unit and source stand beside it in the scenario's file; here are its name, its shape and its
limits. Pairs are (settled, struggling) families; fours are by care state or by severity.
"""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from risk.kinds import AGENCIES, CONCERNS
from risk.mistakes import unknown


def _word_of(noun: str, words: Mapping[str, str]) -> AfterValidator:
    def known(word: str) -> str:
        if word not in words:
            raise ValueError(unknown(noun, word, words))
        return word

    return AfterValidator(known)


Agency = Annotated[str, _word_of("agency", AGENCIES)]
Concern = Annotated[str, _word_of("concern", CONCERNS)]
Probability = Annotated[float, Field(ge=0, le=1)]
Rate = Annotated[float, Field(ge=0, le=200)]
Multiplier = Annotated[float, Field(gt=0, le=20)]
Days = Annotated[float, Field(ge=0, le=28)]  # bounded, so that an exact filter re-runs a short window only
PerFamilyType = tuple[Rate, Rate]
PerCareChange = tuple[tuple[Rate, Rate, Rate], tuple[Rate, Rate, Rate]]
PerCareState = tuple[Rate, Rate, Rate, Rate]
FindingPerCareState = tuple[Probability, Probability, Probability, Probability]
PerSeverity = tuple[Probability, Probability, Probability, Probability]


class Frozen(BaseModel):
    """A group of assumptions: unknown names are refused, values never change."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FamiliesAssumptions(Frozen):
    """Who lives in the homes."""

    children_shares: tuple[Probability, ...] = Field(min_length=1, max_length=5)
    oldest_age_years: tuple[Annotated[float, Field(ge=0)], Annotated[float, Field(le=18)]]
    sibling_gap_years: tuple[Annotated[float, Field(ge=1)], Annotated[float, Field(le=10)]]
    father_present_share: Probability
    struggling_share: Probability
    struggling_deprivation_power: Multiplier
    areas: Annotated[int, Field(ge=1, le=1_000)]
    visibility_shares: tuple[Probability, Probability, Probability]
    disability_share: Probability
    ethnicity_shares: tuple[Probability, Probability, Probability, Probability, Probability]

    @model_validator(mode="after")
    def _shares_add_to_one(self) -> Self:
        for name in ("oldest_age_years", "sibling_gap_years"):
            low, high = getattr(self, name)
            if low > high:
                raise ValueError(f"{name} = [{low:g}, {high:g}]; a range runs from low to high")
        for name in ("children_shares", "visibility_shares", "ethnicity_shares"):
            total = sum(getattr(self, name))
            if abs(total - 1) > 1e-9:
                raise ValueError(f"{name} add to {total:g}; shares of a whole add to 1")
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
    worsens_with_domestic_abuse: Multiplier
    worsens_with_substance_misuse: Multiplier
    worsens_with_risky_adult: Multiplier
    fluctuation: Multiplier
    improves_with_support: tuple[Multiplier, Multiplier, Multiplier]


class NoticingAssumptions(Frozen):
    """What happens in a home that could be noticed, and who notices, writes down, shares and believes."""

    incidents_per_year: dict[Concern, PerCareState]
    incidents_with_domestic_abuse_per_year: dict[Concern, Rate]
    incidents_with_substance_misuse_per_year: dict[Concern, Rate]
    incidents_with_risky_adult_per_year: dict[Concern, Rate]
    severity_shares: dict[Concern, PerSeverity]
    notices: dict[Agency, dict[Concern, Probability]]
    visibility_multipliers: tuple[Multiplier, Multiplier, Multiplier]
    records: dict[Agency, Probability]
    recording_delay_mean_days: dict[Agency, Days]
    recording_delay_most_days: Annotated[int, Field(ge=0, le=28)]
    shares: dict[Agency, Probability]
    sharing_delay_mean_days: dict[Agency, Days]
    sharing_delay_most_days: Annotated[int, Field(ge=0, le=28)]
    child_says: dict[Agency, Probability]
    child_says_from_age_years: Annotated[float, Field(ge=0, le=18)]
    childline_from_age_years: Annotated[float, Field(ge=0, le=18)]
    believes: dict[Agency, Probability]
    shares_when_not_believed: Probability
    severity_lost_when_not_believed: Annotated[int, Field(ge=0, le=3)]
    refuge_after_domestic_abuse: Probability
    refuge_stay_weeks: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(le=52)]]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.refuge_stay_weeks[0] > self.refuge_stay_weeks[1]:
            raise ValueError(
                f"refuge_stay_weeks = {list(self.refuge_stay_weeks)}; a range runs from low to high"
            )
        for name, words in (("incidents_per_year", CONCERNS), ("severity_shares", CONCERNS)):
            absent = [w for w in words if w not in getattr(self, name)]
            if absent:
                raise ValueError(f"{name} lacks {', '.join(absent)}; every concern needs a row")
        for name in ("records", "recording_delay_mean_days", "shares", "sharing_delay_mean_days"):
            absent = [w for w in self.notices if w not in getattr(self, name)]
            if absent:
                raise ValueError(f"{name} lacks {', '.join(absent)}; every agency that notices needs one")
        for concern, shares in self.severity_shares.items():
            if abs(sum(shares) - 1) > 1e-9:
                raise ValueError(f"severity_shares of {concern} add to {sum(shares):g}; they add to 1")
        return self


class PracticeAssumptions(Frozen):
    """How children's services answer what reaches them, one report at a time, on the statutory clock."""

    assesses: PerSeverity
    calls_strategy_discussion: PerSeverity
    offers_early_help: Probability
    assessment_working_days: tuple[float, float, float, float, float]
    assessment_never_completed: Probability
    finds_substantiated: FindingPerCareState
    reassured_by_parent: Probability
    strategy_after_assessment: Probability
    in_need_plan_after_assessment: Probability
    conference_working_days: tuple[float, float, float, float, float]
    in_need_review_weeks: Annotated[int, Field(ge=1, le=52)]
    first_review_weeks: Annotated[int, Field(ge=1, le=52)]
    later_review_weeks: Annotated[int, Field(ge=1, le=52)]
    proceedings_at_review: Probability
    police_protects: Probability
    accommodation_weeks: Annotated[int, Field(ge=1, le=104)]

    @model_validator(mode="after")
    def _quantiles_rise(self) -> Self:
        for name in ("assessment_working_days", "conference_working_days"):
            quantiles = getattr(self, name)
            if list(quantiles) != sorted(quantiles) or not 1 <= quantiles[0] <= quantiles[-1] <= 500:
                raise ValueError(
                    f"{name} = {list(quantiles)}; quantiles start at 1 or more and never fall, to 500"
                )
        for sure, likely in zip(self.calls_strategy_discussion, self.assesses, strict=True):
            if sure + likely > 1:
                raise ValueError(f"assesses {likely} and calls_strategy_discussion {sure} add to over 1")
        return self
