"""The tables: what a block of households leaves behind, as frames of the schema, sorted by their keys."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from risk.core.arrays import Bools, Ints, days_of
from risk.core.kinds import AGENCIES, CATEGORIES, FACTORS, FINDINGS, KINDS, REASONS
from risk.records.schema import CARE_STATES, CHILDREN_A_HOUSEHOLD
from risk.world import hidden_state as chain
from risk.world.scenario import Scenario
from risk.world.simulate.adults import adults
from risk.world.simulate.block import Block, words
from risk.world.simulate.codes import KIND_OF, NONE
from risk.world.simulate.families import families
from risk.world.simulate.papers import AGENCIES_IN_ITEM, CONCERNS_IN_ID, EVENTS_A_HOUSEHOLD, WEEKS_IN_ID
from risk.world.simulate.spells import stretches


def tables(
    scenario: Scenario, seed: int, first: int, count: int, weeks: int, assess_on: pl.DataFrame | None = None
) -> dict[str, pl.DataFrame]:
    """Return every table of the record and the truth of households `first` to `first + count`.

    assess_on: household_id and assess_on, the days for `practice.assess_at_line`, if it is on.
    """
    to_on = scenario.from_on + timedelta(weeks=weeks)
    living, rows = families(scenario, seed, first, count, to_on)
    if assess_on is not None and scenario.practice.assess_at_line:
        here = assess_on.filter(pl.col("household_id").is_between(first, first + count - 1))
        living["assess_on"][here["household_id"].to_numpy() - first] = days_of(here["assess_on"])
    block = Block.lived(scenario, seed, first, weeks, living)
    residents, known = adults(block)
    return rows | {
        "adults": known,
        "residents": residents,
        "refuge_stays": refuge_stays(block),
        "events": events(block, to_on),
        "factors": factors(block),
        "visits": visits(block),
        "spells": spells(block),
        "harms": harms(block, rows["children"]),
        "incidents": incidents(block),
    }


def _days(codes: Ints) -> pl.Series:
    return _ids(codes.astype(np.int32)).cast(pl.Date)


def _ids(codes: Ints) -> pl.Series:
    numbers = pl.Series(np.ascontiguousarray(codes))
    return numbers.set(numbers == NONE, None)


def events(block: Block, to_on: date) -> pl.DataFrame:
    """Return what was written before the last day; what was shared later was not shared by then."""
    row = block.rows["events"]
    household_id = row["event_id"] // EVENTS_A_HOUSEHOLD
    table = pl.DataFrame(
        {
            "event_id": row["event_id"],
            "household_id": household_id,
            "child_id": _ids(
                np.where(row["child"] == NONE, NONE, household_id * CHILDREN_A_HOUSEHOLD + row["child"])
            ),
            "kind": words(row["kind"], list(KINDS)),
            "agency": words(row["agency"], list(AGENCIES)),
            "occurred_on": _days(row["occurred"]),
            "recorded_on": _days(row["recorded"]),
            "shared_on": _days(row["shared"]),
            "may_be_later_days": pl.zeros(len(row["kind"]), pl.Int32, eager=True),
            "severity": _ids(row["severity"]),
            "disclosed_by_child": row["disclosed"],
            "believed": _ids(row["believed"]).cast(pl.Boolean),
            "finding": words(row["finding"], list(FINDINGS)),
            "category": words(row["category"], list(CATEGORIES)),
            "reason": words(row["reason"], list(REASONS)),
            "answers": _ids(row["answers"]),
            "closes": _ids(row["closes"]),
        }
    )
    return table.filter(pl.col("recorded_on") < to_on).with_columns(
        shared_on=pl.when(pl.col("shared_on") < to_on).then("shared_on")
    )


def factors(block: Block) -> pl.DataFrame:
    """Return the factors that assessments identified."""
    row = block.rows["factors"]
    return pl.DataFrame({"event_id": row["event_id"], "factor": words(row["factor"], list(FACTORS))})


def visits(block: Block) -> pl.DataFrame:
    """Return what was there to be seen when findings were written."""
    row = block.rows["visits"]
    return pl.DataFrame(
        {
            "event_id": row["event_id"],
            "household_id": row["event_id"] // EVENTS_A_HOUSEHOLD,
            "care_state": words(chain.STATE_CARE[row["state"]], list(CARE_STATES)),
            "domestic_abuse": chain.STATE_ABUSE[row["state"]] == 1,
            "reassured": row["reassured"],
        }
    )


def refuge_stays(block: Block) -> pl.DataFrame:
    """Return the stays in a refuge; one that lasts beyond the last day ends on it."""
    row = block.rows["refuge_stays"]
    began = row["from_day"] < block.last_day
    return pl.DataFrame(
        {
            "household_id": row["household"][began],
            "from_on": _days(row["from_day"][began]),
            "to_on": _days(np.minimum(row["to_day"][began], block.last_day)),
        }
    )


def incidents(block: Block) -> pl.DataFrame:
    """Return what could have been noticed and by whom, and what became of it by the last day."""
    row = block.rows["sightings"]
    incident_id = row["sighting_id"] // AGENCIES_IN_ITEM
    return pl.DataFrame(
        {
            "incident_id": incident_id,
            "agency": words(row["sighting_id"] % AGENCIES_IN_ITEM, list(AGENCIES)),
            "household_id": incident_id // (WEEKS_IN_ID * CONCERNS_IN_ID),
            "kind": words(KIND_OF[incident_id % CONCERNS_IN_ID], list(KINDS)),
            "on": _days(row["on"]),
            "noticed": row["noticed"],
            "recorded": row["recorded"],
            "shared": row["shared"],
            "event_id": _ids(np.where(row["recorded"], row["event_id"], NONE)),
        }
    )


def spells(block: Block) -> pl.DataFrame:
    """Return the stretches of time in which each household's hidden state stayed the same."""
    changes = block.rows["states"]
    row = stretches(changes["household"], changes["day"], changes["state"], block.last_day)
    state = row["value"]
    return pl.DataFrame(
        {
            "household_id": row["household"],
            "from_on": _days(row["from_day"]),
            "to_on": _days(row["to_day"]),
            "care_state": words(chain.STATE_CARE[state], list(CARE_STATES)),
            "domestic_abuse": chain.STATE_ABUSE[state] == 1,
            "substance_misuse": chain.STATE_MISUSE[state] == 1,
            "risky_adult": chain.STATE_RISKY[state] == 1,
        }
    )


def harms(block: Block, children: pl.DataFrame) -> pl.DataFrame:
    """Return the spells in which care is serious or severe and the child, under 18, lives in it.

    A day counts if the child lived at home at its start, so a spell ends with the day of a removal and
    begins on the day after a return.
    """
    states = block.rows["states"]
    homes = block.rows["homes"]
    bad = _while(states["household"], states["day"], chain.is_serious(states["state"]), block.last_day)
    lived = _while(homes["household"], homes["day"], homes["lives_here"], block.last_day)
    both = (
        bad.join(lived, on="household", suffix="_home")
        .with_columns(
            warranted_from=pl.max_horizontal("from_day", "from_day_home"),
            warranted_to=pl.min_horizontal("to_day", "to_day_home"),
        )
        .filter(pl.col("warranted_from") < pl.col("warranted_to"))
        .select(
            "household",
            *(pl.col(c).cast(pl.Int32).cast(pl.Date) for c in ("warranted_from", "warranted_to")),
        )
    )
    return (
        children.select("child_id", "household_id", "born_on")
        .join(both, left_on="household_id", right_on="household", how="inner")
        .with_columns(
            warranted_from=pl.max_horizontal("warranted_from", "born_on"),
            warranted_to=pl.min_horizontal("warranted_to", pl.col("born_on").dt.offset_by("18y")),
        )
        .filter(pl.col("warranted_from") < pl.col("warranted_to"))
        .select("child_id", "warranted_from", "warranted_to")
        .sort("child_id", "warranted_from")
    )


def _while(household: Ints, day: Ints, on: Bools, last_day: int) -> pl.DataFrame:
    """Return household, from_day and to_day of the stretches in which something is on."""
    row = stretches(household, day, on, last_day)
    return pl.DataFrame({name: row[name][row["value"]] for name in ("household", "from_day", "to_day")})
