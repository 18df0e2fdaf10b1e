"""The groups: what a line does to children who are seen more or less, and who live in poorer places.

In the simulation visibility is drawn apart from harm, so that a group with more false alarms has them for
being looked at. Deprivation is not: struggling families live in poorer places. False alarms are therefore
standardised to one mixture of family types, which are what harm depends on.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl

from risk.core.arrays import Bools, Floats, Ints
from risk.core.defaults import RESAMPLES
from risk.evaluation.detection import DETECTION_WEEKS, Watch, delays, line_at_rate
from risk.evaluation.judges import need_judges
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
    need_judges(rows, ["card", *judges])
    watch = Watch.of(rows)
    weights = household_weights(len(watch.households), resamples, seed)
    watched = rows[watch.order]
    known = watched["warranted"].is_not_null().to_numpy()
    y, home = watch.affected[known], watch.household[known]
    scores = {judge: watched[f"score_{judge}"].cast(pl.Float64).to_numpy() for judge in {"card", *judges}}
    of_card = ordering(y, scores["card"][known], home, weights)[1]
    table: list[tuple[object, ...]] = []
    for judge in judges:
        score = scores[judge]
        raised = alarm_places(watch.moment, score >= line_at_rate(watch, score, rate))
        rates = {}
        for by, group, measure, by_resample in _of_groups(watch, watched, raised, weights):
            rates[group, measure] = by_resample
            table.append((judge, by, group, measure, *figure(by_resample).with_interval()))
        over, usual = (rates[g, "false_alarms_per_child_year"] for g in (OVER_REPORTED, USUALLY_REPORTED))
        precision = ordering(y, score[known], home, weights)[1]
        for measure, by_resample in {
            "average_precision": precision,
            "average_precision_change": precision - of_card,
            "false_alarm_ratio": share(over, usual),
        }.items():
            table.append((judge, None, None, measure, *figure(by_resample).with_interval()))
    return pl.DataFrame(table, schema=GROUP_MEASURES, orient="row")


def _of_groups(
    watch: Watch, watched: pl.DataFrame, raised: Ints, weights: Floats
) -> Iterator[tuple[str, str, str, Floats]]:
    """Give what alarms do to each group: how it is grouped, its name, the measure, and it by resample."""
    types = [(watched["family_type"] == name).to_numpy() for name in FAMILY_TYPES]
    for by, group, within in members(watched):
        false_alarms = _standardised(watch, raised, within, types, weights)
        yield by, group, "false_alarms_per_child_year", false_alarms
        yield by, group, "detection", _detected(watch, raised, within, weights)


def members(rows: pl.DataFrame) -> Iterator[tuple[str, str, Bools]]:
    """Give each group with its rows: by what, its name, and which they are."""
    for by, names in GROUPS.items():
        group = group_of(rows, by)
        yield from ((by, name, (group == name).fill_null(False).to_numpy()) for name in names)


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


def _detected(watch: Watch, raised: Ints, within: Bools, weights: Floats) -> Floats:
    """Return the share of a group's onsets with an alarm within `DETECTION_WEEKS` either side."""
    homes = np.zeros(len(watch.households), bool)
    homes[watch.household[within]] = True
    of_group = homes[watch.onset_household]
    near = (delays(watch, watch.moment[raised]) <= DETECTION_WEEKS) & of_group
    onsets = summed(of_group.astype(float), watch.onset_household, weights)
    return share(summed(near.astype(float), watch.onset_household, weights), onsets)
