"""Incidents: what happened in homes as far as anybody tells the viewer, put together from what each wrote."""

from typing import Any, Final

import numpy as np
import polars as pl

from risk.core.arrays import Floats, Ints, rows_of
from risk.core.kinds import CONCERNS, GENERATED_AGENCIES
from risk.records.cohort import Record
from risk.world.ceiling.circumstances import SOMEBODY, Circumstances
from risk.world.observation import ADULT_AT_DAYS, CAN_BE_SAID, Channels, voice_from_days
from risk.world.scenario import Scenario

NEVER: Final = np.iinfo(np.int32).max
NOTHING, NOT_BELIEVED, BELIEVED, NOT_STATED = range(4)
"""What an agency wrote of the words of a child: none, or whether the child was believed."""


def incidents(record: Record, scenario: Scenario, around: Circumstances, viewer: str) -> Any:
    """Return the incidents of which the viewer ever hears, in order: one a home, week and concern.

    week: home × weeks + week. day: since the record began. whom: the class of age of the child concerned
    (`witnesses`); 0 for the whole home. known_on: by agency, when what it wrote comes to the viewer, NEVER if
    it does not. severity: 0 if not stated. voice, not_believed: of who could say it. said: by agency, what it
    wrote of the child's words, NOTHING if it wrote none.
    """
    written = _written(record, around, viewer)
    where = np.searchsorted(around.household_id, written["household_id"].to_numpy())
    day, concern, age, agency = (written[c].to_numpy() for c in ("day", "concern", "age", "agency"))
    week = where * around.n_weeks + day // 7
    key, first, of = np.unique(week * len(CONCERNS) + concern, return_index=True, return_inverse=True)
    known_on = np.full((len(key), len(GENERATED_AGENCIES)), NEVER, np.int64)
    known_on[of, agency] = written["known"].to_numpy()
    said = np.full(known_on.shape, NOTHING, np.int8)
    said[of, agency] = written["said"].to_numpy()
    where, day, concern, age = where[first], day[first], concern[first], age[first]
    return rows_of(
        len(key),
        week=week[first],
        concern=concern,
        day=day,
        whom=_whom(age, around.edges),
        known_on=known_on,
        severity=written["severity"].to_numpy()[first],
        voice=np.where(CAN_BE_SAID[concern], _voice(age, day, around.born[where], scenario), 0),
        not_believed=_first_not_believed(written, around)[where] < day,
        said=said,
    )


def _written(record: Record, around: Circumstances, viewer: str) -> pl.DataFrame:
    """Return what is written of concerns, a row an agency and incident, that ever comes to the viewer."""
    known = "shared_on" if viewer == "childrens_services" else "recorded_on"
    written = record.events.filter(pl.col("kind").is_in(list(CONCERNS)), pl.col(known).is_not_null())
    if viewer not in ("pooled", "childrens_services"):
        written = written.filter(pl.col("agency") == viewer)
    born = record.children.select("child_id", "born_on")

    def days(column: str) -> pl.Expr:
        return pl.col(column).to_physical().cast(pl.Int64) - around.first_day

    return (
        written.join(born, on="child_id", how="left")
        .select(
            "household_id",
            concern=pl.col("kind").cast(pl.Enum(list(CONCERNS))).to_physical().cast(pl.Int64),
            agency=pl.col("agency").to_physical().cast(pl.Int64),
            day=days("occurred_on"),
            known=days(known),
            age=(days("occurred_on") - days("born_on")).fill_null(NEVER),
            severity=pl.col("severity").fill_null(0),
            said=pl.when("disclosed_by_child").then(pl.col("believed").cast(pl.Int64) + 1).otherwise(NOTHING),
        )
        .with_columns(pl.col("said").fill_null(NOT_STATED))
    )


def _whom(age: Ints, edges: Ints) -> Ints:
    """Return the classes of age of the children concerned."""
    nth = np.searchsorted(edges, age, side="right") - 1
    a_class = np.where((nth >= 0) & (nth < len(edges) - 1), 1 << np.maximum(nth, 0), 0)
    return np.where(age == NEVER, 0, a_class | SOMEBODY)


def _voice(age: Ints, day: Ints, born: Ints, scenario: Scenario) -> Ints:
    """Return the voice of the child concerned; of the eldest at home, where it is the whole home."""
    ages = day[:, None] - born
    eldest = np.where((ages >= 0) & (ages < ADULT_AT_DAYS), ages, 0).max(axis=1, initial=0)
    speaker = np.where(age == NEVER, eldest, age)
    return np.searchsorted(voice_from_days(scenario.noticing), speaker, side="right")


def _first_not_believed(written: pl.DataFrame, around: Circumstances) -> Ints:
    """Return by home the first day on which the viewer knew that a child was not believed, or NEVER."""
    first = np.full(len(around.household_id), NEVER, np.int64)
    doubted = written.filter(pl.col("said") == NOT_BELIEVED)
    where = np.searchsorted(around.household_id, doubted["household_id"].to_numpy())
    np.minimum.at(first, where, doubted["known"].to_numpy())
    return first


def wordings(seen: Channels) -> dict[str, Floats]:
    """Return how likely what was shown is worded as it is, by care.

    looks: (concern, severity, care); a severity of 0, not stated, says nothing. says: (agency, voice, not
    believed, said, care).
    """
    looks = np.moveaxis(seen.severity, 1, 2)
    says, believes = seen.says, seen.believes[:, :, None]
    return {
        "looks": np.concatenate([np.ones_like(looks[:, :1]), looks], axis=1),
        "says": np.stack([1 - says, says * (1 - believes), says * believes, says], axis=3),
    }
