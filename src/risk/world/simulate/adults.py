"""Adults: who lives in the home with the children, who joins and leaves, and what professionals know of it.

The parents may separate; other partners come and go; a risky adult lives there while the hidden state says
so. What the record knows of an adult it knows from an event: a risky adult from the first concern about
one, another partner from the first assessment completed while he or she was there. So the record of adults
never says more about the hidden state than the events do.
"""

from typing import Final

import numpy as np
import polars as pl

from risk.core.arrays import Floats, Ints
from risk.core.calendar import DAYS_A_YEAR
from risk.core.draws import Stream, by_row
from risk.core.kinds import AGENCY, KIND
from risk.records.schema import ADULT_ROLES, CHILDREN_A_HOUSEHOLD, Adults, Residents
from risk.world.hidden_state import STATE_RISKY
from risk.world.simulate.block import Block, words
from risk.world.simulate.codes import NEVER
from risk.world.simulate.families import names
from risk.world.simulate.papers import EVENTS_A_HOUSEHOLD
from risk.world.simulate.spells import stretches

MOTHER, FATHER, PARTNER, OTHER_ADULT = range(len(ADULT_ROLES))
MOTHER_NAME, FATHER_NAME, FATHER_LIVES, FATHER_GOES, LEAVES_AFTER_REFUGE = range(5)
FIRST_PARTNER: Final = 5
MOST_PARTNERS: Final = 3
JOINS, LEAVES, PARTNER_NAME = range(3)  # three slots a partner, from FIRST_PARTNER on
SLOTS: Final = FIRST_PARTNER + 3 * MOST_PARTNERS
IS_PARTNER, RISKY_NAME = range(2)
MOST_ADULTS: Final = CHILDREN_A_HOUSEHOLD
"""adult_id is household_id × 16 and a number; nobody is kept after the sixteenth adult of a home."""


def adults(block: Block) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the tables residents (truth: who lived there) and adults (record: who is known to)."""
    everybody = pl.concat([*_parents_and_partners(block), _risky_adults(block)])
    everybody = (
        everybody.sort("household", "risky", "role", "joined", maintain_order=True)
        .with_columns(number=pl.int_range(pl.len()).over("household"))
        .filter(pl.col("number") < MOST_ADULTS)
        .with_columns(household_id=pl.col("household") + block.first)
        .with_columns(adult_id=pl.col("household_id") * MOST_ADULTS + pl.col("number"))
    )
    everybody = everybody.with_columns(role=words(everybody["role"].to_numpy(), list(ADULT_ROLES)))
    return _residents(block, everybody), _known(block, everybody)


def _table(
    household: Ints, role: Ints | int, joined: Ints | int, left: Ints | int, name: Floats, risky: bool = False
) -> pl.DataFrame:
    n = len(household)
    columns = {"household": household, "role": role, "joined": joined, "left": left}
    return pl.DataFrame(
        {k: np.broadcast_to(np.asarray(v, np.int64), (n,)) for k, v in columns.items()}
        | {"name_draw": name, "risky": np.full(n, risky)}
    )


def _parents_and_partners(block: Block) -> list[pl.DataFrame]:
    assumed, everyone = block.scenario.families, np.arange(block.n)
    u = by_row(block.seed, Stream.ADULTS, everyone + block.first, 0, 0, SLOTS)
    lives = u[FATHER_LIVES] < assumed.father_present_share
    goes = block.first_day + _waits(u[FATHER_GOES], assumed.separations_per_year)
    after_refuge = u[LEAVES_AFTER_REFUGE] < assumed.separates_after_refuge
    goes = np.minimum(goes, np.where(after_refuge, _first_refuge_stay(block), NEVER))
    goes = np.where(lives, goes, block.first_day)
    tables = [
        _table(everyone, MOTHER, block.first_day, NEVER, u[MOTHER_NAME]),
        _table(everyone[lives], FATHER, block.first_day, goes[lives], u[FATHER_NAME, lives]),
    ]
    alone_since = goes
    for partner in range(MOST_PARTNERS):
        slots = FIRST_PARTNER + 3 * partner + np.arange(3)
        joins = alone_since + _waits(u[slots[JOINS]], assumed.partner_joins_per_year)
        alone_since = joins + _waits(u[slots[LEAVES]], assumed.partner_leaves_per_year)
        came = np.flatnonzero(joins < block.last_day)
        name = u[slots[PARTNER_NAME], came]
        tables.append(_table(came, PARTNER, joins[came], alone_since[came], name))
    return tables


def _waits(u: Floats, per_year: float) -> Ints:
    """Return whole days until something that happens at a yearly rate; at a rate of 0, a thousand years."""
    most = 1000 * DAYS_A_YEAR
    return np.minimum(np.floor(-np.log1p(-u) * DAYS_A_YEAR / max(per_year, 1e-9)), most).astype(np.int64)


def _first_refuge_stay(block: Block) -> Ints:
    first = np.full(block.n, NEVER)
    stays = block.rows["refuge_stays"]
    np.minimum.at(first, stays["household"] - block.first, stays["from_day"])
    return first


def _risky_adults(block: Block) -> pl.DataFrame:
    """Return one adult for each stretch of time in which the hidden state has a risky adult in the home."""
    changes = block.rows["states"]
    risky = STATE_RISKY[changes["state"]] == 1
    row = stretches(changes["household"] - block.first, changes["day"], risky, block.last_day)
    household, joined, left = (row[name][row["value"]] for name in ("household", "from_day", "to_day"))
    left = np.where(left < block.last_day, left, NEVER)
    u = by_row(block.seed, Stream.ADULTS, household + block.first, joined, 1, 2)
    role = np.where(u[IS_PARTNER] < block.scenario.families.risky_adult_is_partner, PARTNER, OTHER_ADULT)
    return _table(household, role, joined, left, u[RISKY_NAME], risky=True)


def _residents(block: Block, everybody: pl.DataFrame) -> pl.DataFrame:
    joined, left = pl.col("joined"), pl.col("left")
    return everybody.with_columns(
        joined_on=pl.when(joined > block.first_day).then(joined).cast(pl.Int32).cast(pl.Date),
        left_on=pl.when(left < block.last_day).then(left).cast(pl.Int32).cast(pl.Date),
    ).select(Residents.column_names())


def _says_who_is_there(block: Block) -> pl.DataFrame:
    """Return the events from which professionals know who lives in a home."""
    names = [KIND[k] for k in ("risky_adult", "domestic_abuse", "assessment_completed")]
    events = block.rows["events"]
    written = pl.DataFrame(
        {name: events[name] for name in ("kind", "agency", "occurred", "recorded")}
        | {"household": events["event_id"] // EVENTS_A_HOUSEHOLD - block.first}
    )
    return written.filter(pl.col("recorded") < block.last_day, pl.col("kind").is_in(names))


def _known(block: Block, everybody: pl.DataFrame) -> pl.DataFrame:
    """Return the adults of whom somebody wrote something down, with the day of the first such writing."""
    seen = everybody.join(_says_who_is_there(block), on="household", how="left")
    while_here = (pl.col("occurred") >= pl.col("joined")) & (pl.col("occurred") < pl.col("left"))
    assessed = pl.col("kind") == KIND["assessment_completed"]
    about_risk = pl.col("kind") == KIND["risky_adult"]
    by_police = pl.col("agency").is_in([AGENCY["police"], AGENCY["probation"]])
    names_him = while_here & pl.when("risky").then(about_risk).otherwise(assessed)
    reported = (
        by_police
        & while_here
        & pl.when("risky")
        .then(about_risk)
        .otherwise((pl.col("kind") == KIND["domestic_abuse"]) & (pl.col("role") != "mother"))
    )
    gone = assessed & ~pl.col("risky") & (pl.col("occurred") >= pl.col("left"))
    parent = pl.col("role").is_in(["mother", "father"])
    known = (
        seen.group_by("adult_id", maintain_order=True)
        .agg(
            pl.first("household_id", "household", "role", "name_draw", "risky"),
            joined=pl.col("recorded").filter(names_him).min(),
            left=pl.col("recorded").filter(gone).min(),
            known_to_police=reported.any().fill_null(False),
        )
        .filter(parent | pl.col("joined").is_not_null())
        .sort("adult_id")
    )
    is_mother = (known["role"] == "mother").to_numpy()
    return known.with_columns(
        name=names(is_mother, known["name_draw"].to_numpy(), known["household_id"].to_numpy()),
        joined_on=pl.when(~parent).then("joined").cast(pl.Int32).cast(pl.Date),
        left_on=pl.col("left").cast(pl.Int32).cast(pl.Date),
    ).select(Adults.column_names())
