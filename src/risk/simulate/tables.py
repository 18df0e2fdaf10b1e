"""The tables: what a block of households leaves behind, as frames of the schema."""

from datetime import date
from typing import Final

import numpy as np
import polars as pl

from risk.kinds import AGENCIES, CLOSURE_REASONS, FINDINGS, KINDS, PLAN_CATEGORIES
from risk.schema import CARE_STATES
from risk.simulate import harm
from risk.simulate.block import EVENT_COLUMNS, NONE, Block, Bools, Ints, stacked, words


def _days(codes: Ints) -> pl.Series:
    return pl.Series(codes, dtype=pl.Int64).replace(NONE, None).cast(pl.Int32).cast(pl.Date)


def _ids(codes: Ints) -> pl.Series:
    return pl.Series(codes, dtype=pl.Int64).replace(NONE, None)


INCIDENT_COLUMNS: Final = (
    "incident_id",
    "agency",
    "household",
    "kind",
    "on",
    "noticed",
    "recorded",
    "shared",
    "event_id",
)


def events(block: Block, to_on: date) -> pl.DataFrame:
    """Return what was written before the last day; what was shared later was not shared by then."""
    row = stacked(block.events, EVENT_COLUMNS)
    table = pl.DataFrame(
        {
            "event_id": row["event_id"],
            "household_id": row["household"] + block.first,
            "child_id": _ids(row["child"]),
            "kind": words(row["kind"], list(KINDS)),
            "agency": words(row["agency"], list(AGENCIES)),
            "occurred_on": _days(row["occurred"]),
            "recorded_on": _days(row["recorded"]),
            "shared_on": _days(row["shared"]),
            "may_be_later_days": pl.zeros(len(row["kind"]), pl.Int32, eager=True),
            "severity": _ids(row["severity"]).cast(pl.Int8),
            "disclosed_by_child": row["disclosed"] == 1,
            "believed": _ids(row["believed"]).cast(pl.Boolean),
            "finding": words(row["finding"], list(FINDINGS)),
            "category": words(row["category"], list(PLAN_CATEGORIES)),
            "reason": pl.Series([None] * len(row["kind"]), dtype=pl.Enum(list(CLOSURE_REASONS))),
            "answers": _ids(row["answers"]),
            "closes": _ids(row["closes"]),
        }
    )
    return (
        table.filter(pl.col("recorded_on") < to_on)
        .with_columns(shared_on=pl.when(pl.col("shared_on") < to_on).then("shared_on"))
        .sort("event_id")
    )


def incidents(block: Block, written: pl.DataFrame) -> pl.DataFrame:
    """Return what could have been noticed and by whom, and what became of it by the last day."""
    row = stacked(block.incidents, INCIDENT_COLUMNS)
    last_day = block.day(block.n_weeks)
    row = {name: column[row["on"] < last_day] for name, column in row.items()}
    kept = np.isin(row["event_id"], written["event_id"].to_numpy())
    told = np.isin(row["event_id"], written.filter(pl.col("shared_on").is_not_null())["event_id"].to_numpy())
    return pl.DataFrame(
        {
            "incident_id": row["incident_id"],
            "agency": words(row["agency"], list(AGENCIES)),
            "household_id": row["household"] + block.first,
            "kind": words(row["kind"], list(KINDS)),
            "on": _days(row["on"]),
            "noticed": row["noticed"] == 1,
            "recorded": kept,
            "shared": told,
            "event_id": _ids(np.where(kept, row["event_id"], NONE)),
        }
    ).sort("incident_id", "agency")


def _runs(values: Ints | Bools) -> tuple[Ints, Ints, Ints]:
    """Return household, first week and week after the last, of each run of equal values in a row."""
    turns = np.ones(values.shape, np.bool_)
    turns[:, 1:] = values[:, 1:] != values[:, :-1]
    flat = np.flatnonzero(turns)
    where, start = flat // values.shape[1], flat % values.shape[1]
    end = np.r_[flat[1:], values.size] - where * values.shape[1]
    return where, start, end


def spells(block: Block) -> pl.DataFrame:
    """Return the stretches of time in which each household's hidden state stayed the same."""
    codes = np.stack(block.states[: block.n_weeks], axis=1)
    where, start, end = _runs(codes)
    code = codes[where, start]
    return pl.DataFrame(
        {
            "household_id": where + block.first,
            "from_on": _days(block.first_day + 7 * start),
            "to_on": _days(block.first_day + 7 * end),
            "care_state": words(harm.STATE_CARE[code], list(CARE_STATES)),
            "domestic_abuse": harm.STATE_ABUSE[code] == 1,
            "substance_misuse": harm.STATE_MISUSE[code] == 1,
            "risky_adult": harm.STATE_RISKY[code] == 1,
        }
    )


def harms(block: Block, children: pl.DataFrame) -> pl.DataFrame:
    """Return the spells in which care is serious or severe and the child, under 18, lives in it."""
    warranted = (harm.STATE_CARE[np.stack(block.states[: block.n_weeks], axis=1)] >= harm.SERIOUS) & np.stack(
        block.homes[: block.n_weeks], axis=1
    )
    where, start, end = _runs(warranted)
    bad = warranted[where, start]
    bad_spells = pl.DataFrame(
        {
            "household_id": where[bad] + block.first,
            "warranted_from": _days(block.first_day + 7 * start[bad]),
            "warranted_to": _days(block.first_day + 7 * end[bad]),
        }
    )
    return (
        children.select("child_id", "household_id", "born_on")
        .join(bad_spells, on="household_id", how="inner")
        .with_columns(
            warranted_from=pl.max_horizontal("warranted_from", "born_on"),
            warranted_to=pl.min_horizontal("warranted_to", pl.col("born_on").dt.offset_by("18y")),
        )
        .filter(pl.col("warranted_from") < pl.col("warranted_to"))
        .select("child_id", "warranted_from", "warranted_to")
        .sort("child_id", "warranted_from")
    )
