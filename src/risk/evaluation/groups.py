"""The groups: what a line does to children who are seen more or less, and who live in poorer places.

In the simulation visibility is drawn apart from harm, so that a group with more false alarms has them for
being looked at. Deprivation is not: struggling families live in poorer places. False alarms are therefore
standardised to one mixture of family types, which are what harm depends on.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from risk.core.arrays import Bools, Floats, Ints
from risk.core.defaults import RESAMPLES
from risk.evaluation.detection import DETECTION_WEEKS, Watch, delays, line_at_rate
from risk.evaluation.metrics import ordering
from risk.model.alarms import alarm_places
from risk.model.bootstrap import figure, household_weights, share, summed
from risk.records.schema import FAMILY_TYPES, VISIBILITIES

GROUPS: Final = {
    "visibility": VISIBILITIES,
    "deprivation": ("deciles 1-3", "deciles 4-7", "deciles 8-10"),
}
GROUP_WORDS: Final = {"little_seen": "little seen", "seen": "seen", "much_seen": "much seen"}
OVER_REPORTED: Final = "much_seen"
USUALLY_REPORTED: Final = "seen"
GROUP_MEASURES: Final = {
    "judge": pl.String,
    "by": pl.String,
    "group": pl.String,
    "measure": pl.String,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}


def group_of(rows: pl.DataFrame, by: str) -> pl.Series:
    """Return each row's group: visibility as it is, deprivation deciles (1 is the poorest) in three bands."""
    if by == "visibility":
        return rows["visibility"].cast(pl.String)
    decile = pl.col("deprivation_decile")
    poorest, middle, richest = (pl.lit(band) for band in GROUPS["deprivation"])
    band = pl.when(decile <= 3).then(poorest).when(decile <= 7).then(middle).when(decile <= 10).then(richest)
    return rows.select(band.alias("deprivation")).to_series()


def by_group(
    rows: pl.DataFrame, judges: list[str], rate: float, *, resamples: int = RESAMPLES, seed: int = 1
) -> pl.DataFrame:
    """Return one row a judge, group and measure, with its 95 % interval from resampled households.

    Each judge has one line for all, the lowest with no more than `rate` false alarms per unaffected
    child-year. Measures of a group: false_alarms_per_child_year, standardised to the family types of
    all; detection. Of all together (`by` and group null): average_precision; average_precision_change, that
    less the card's, resampled together; and false_alarm_ratio, of the over-reported group to the usually
    reported one.

    rows: with a score_… for each judge, the card's among them, `warranted`, `onset_on`, `family_type`,
    `visibility` and `deprivation_decile`.
    """
    watch = Watch.of(rows)
    weights = household_weights(len(watch.households), resamples, seed)
    watched = rows[watch.order]
    known = watched["warranted"].is_not_null().to_numpy()
    y, home = watch.affected[known], watch.household[known]
    groups = {by: group_of(watched, by).to_numpy() for by in GROUPS}
    types = [(watched["family_type"] == name).to_numpy() for name in FAMILY_TYPES]
    found: list[tuple[object, ...]] = []

    def keep(judge: str, by: str | None, group: str | None, measure: str, by_resample: Floats) -> None:
        its = figure(by_resample)
        found.append((judge, by, group, measure, its.value, its.low, its.high))

    scores = {judge: watched[f"score_{judge}"].cast(pl.Float64).to_numpy() for judge in {"card", *judges}}
    of_card = ordering(y, scores["card"][known], home, weights)[1]
    for judge in judges:
        score = scores[judge]
        raised = alarm_places(watch.moment, score >= line_at_rate(watch, score, rate))
        rates = {}
        for by, group, within in _members(groups):
            rates[group] = _standardised(watch, raised, within, types, weights)
            keep(judge, by, group, "false_alarms_per_child_year", rates[group])
            keep(judge, by, group, "detection", _found(watch, raised, within, weights))
        precision = ordering(y, score[known], home, weights)[1]
        keep(judge, None, None, "average_precision", precision)
        keep(judge, None, None, "average_precision_change", precision - of_card)
        keep(judge, None, None, "false_alarm_ratio", share(rates[OVER_REPORTED], rates[USUALLY_REPORTED]))
    return pl.DataFrame(found, schema=GROUP_MEASURES, orient="row")


def _members(groups: dict[str, NDArray[np.object_]]) -> Iterator[tuple[str, str, Bools]]:
    """Give each group with its rows."""
    for by, names in GROUPS.items():
        for name in names:
            yield by, name, groups[by] == name


def _standardised(watch: Watch, raised: Ints, within: Bools, types: list[Bools], weights: Floats) -> Floats:
    """Return a group's false alarms per unaffected child-year, were its family types mixed as in all."""
    alarmed = np.zeros(len(within))
    alarmed[raised] = 1

    def years(rows: Bools) -> Floats:
        return watch.years * summed(rows.astype(np.float64), watch.household, weights)

    everyone = years(watch.unaffected)
    total = np.zeros(weights.shape[1])
    for of_type in types:
        rows = watch.unaffected & within & of_type
        rate = share(summed(alarmed * rows, watch.household, weights), years(rows))
        total += rate * share(years(watch.unaffected & of_type), everyone)
    return total


def _found(watch: Watch, raised: Ints, within: Bools, weights: Floats) -> Floats:
    """Return the share of a group's onsets with an alarm within `DETECTION_WEEKS` either side."""
    homes = np.zeros(len(watch.households), bool)
    homes[watch.household[within]] = True
    its = homes[watch.onset_household]
    near = (delays(watch, watch.moment[raised]) <= DETECTION_WEEKS) & its
    onsets = summed(its.astype(float), watch.onset_household, weights)
    return share(summed(near.astype(float), watch.onset_household, weights), onsets)
