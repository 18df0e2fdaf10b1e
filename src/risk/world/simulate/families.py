"""Families: who lives in each home, and the hidden type and visibility that they keep throughout."""

from datetime import date
from functools import cache
from typing import Final

import numpy as np
import polars as pl
from faker import Faker

from risk.core.calendar import DAYS_A_YEAR
from risk.core.draws import Stream, by_household, choose
from risk.records.schema import CHILDREN_A_HOUSEHOLD, FAMILY_TYPES, VISIBILITIES, Children
from risk.world.neighbourhoods import decile_shares, ethnicity_shares
from risk.world.observation import ADULT_AT_DAYS
from risk.world.scenario import Scenario
from risk.world.simulate.block import Rows, words
from risk.world.simulate.codes import NEVER, NONE
from risk.world.simulate.home import FAMILY, MOST_CHILDREN

SLOTS: Final = 48
# Slots of the household's one row of draws: some of the household, then five of each child.
TYPE, VISIBILITY, N_CHILDREN, FATHER, DECILE, AREA, ETHNICITY, MOTHER_NAME, FATHER_NAME, BEGINS = range(10)
CHILD_SLOTS: Final = 12
AGE, SEX, NAME, DISABILITY = range(4)
ETHNICITIES: Final = ["asian", "black", "mixed", "other", "white"]
NAMES_IN_POOL: Final = 400


def families(
    scenario: Scenario, seed: int, first: int, count: int, followed_to: date
) -> tuple[Rows, dict[str, pl.DataFrame]]:
    """Return the families as rows of `home.FAMILY`, and the tables households, children and (truth) families.

    A household is on average struggling with the scenario's share. Its first child may be born while it is
    followed, and so may the others; one who would be born after the last day is left out. Names come from
    Faker with the household's number behind them, so that nobody takes them for real.
    """
    assumed = scenario.families
    u = by_household(seed, Stream.FAMILY, 0, first, count, SLOTS)
    household_id = np.arange(first, first + count, dtype=np.int64)
    struggling = (u[:, TYPE] < assumed.struggling_share).astype(np.int8)
    visibility = choose(u[:, VISIBILITY], assumed.visibility_shares)
    of_child = u[:, CHILD_SLOTS : CHILD_SLOTS + 5 * MOST_CHILDREN].reshape(count, MOST_CHILDREN, 5)
    born = _births(scenario, of_child[:, :, AGE], choose(u[:, N_CHILDREN], assumed.children_shares) + 1)
    born[born >= (followed_to - date(1970, 1, 1)).days] = NONE

    decile = choose(u[:, DECILE], decile_shares(assumed)[struggling])  # from 0, the most deprived
    area = np.floor(assumed.areas * u[:, AREA]).astype(np.int64)
    tables = {
        "households": _households(household_id, decile, area),
        "families": pl.DataFrame(
            {
                "household_id": household_id,
                "family_type": words(struggling.astype(np.int64), list(FAMILY_TYPES)),
                "visibility": words(visibility.astype(np.int64), list(VISIBILITIES)),
            }
        ),
        "children": _children(household_id, u, of_child, born, struggling, decile, scenario),
    }
    members = np.zeros(count, FAMILY)
    members["struggling"], members["visibility"] = struggling, visibility
    members["born"] = born
    members["first_born"] = np.where(born == NONE, NEVER, born).min(axis=1)
    members["grown"] = born.max(axis=1) + ADULT_AT_DAYS
    members["begins"], members["area"], members["assess_on"] = u[:, BEGINS], area, NEVER
    return members, tables


def _households(household_id: np.ndarray, decile: np.ndarray, area: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "household_id": household_id,
            "deprivation_decile": pl.Series(decile + 1, dtype=pl.Int8),
            "area": pl.Series(area, dtype=pl.Int16),
        }
    )


def _births(scenario: Scenario, u: np.ndarray, n_children: np.ndarray) -> np.ndarray:
    """Return (households, MOST_CHILDREN) days of birth, oldest first."""
    assumed = scenario.families
    first_day = (scenario.from_on - date(1970, 1, 1)).days
    youngest, oldest = assumed.oldest_age_years
    closest, widest = assumed.sibling_gap_years
    age = youngest + (oldest - youngest) * u[:, :1]
    gaps = closest + (widest - closest) * u[:, 1:]
    ages = np.concatenate([age, age - np.cumsum(gaps, axis=1)], axis=1)
    born = first_day - np.round(ages * DAYS_A_YEAR).astype(np.int64)
    born[np.arange(u.shape[1]) >= n_children[:, None]] = NONE
    return born


def _children(
    household_id: np.ndarray,
    u: np.ndarray,
    of_child: np.ndarray,
    born: np.ndarray,
    struggling: np.ndarray,
    decile: np.ndarray,
    scenario: Scenario,
) -> pl.DataFrame:
    where, order = np.nonzero(born != NONE)
    draws = of_child[where, order]
    girl = draws[:, SEX] < 0.5
    ids = household_id[where]
    ethnicity = choose(u[where, ETHNICITY], ethnicity_shares(scenario.families)[decile[where]])
    disabled = np.array(scenario.families.disability_share)[struggling[where]]
    return pl.DataFrame(
        {
            "child_id": ids * CHILDREN_A_HOUSEHOLD + order,
            "household_id": ids,
            "given_name": given_names(girl, draws[:, NAME], ids),
            "born_on": pl.Series(born[where, order], dtype=pl.Int32).cast(pl.Date),
            "sex": words(np.where(girl, 0, 1), ["female", "male"]),
            "ethnicity": words(ethnicity.astype(np.int64), ETHNICITIES),
            "disability": draws[:, DISABILITY] < disabled,
        }
    ).select(Children.column_names())


def given_names(female: np.ndarray, u: np.ndarray, household_id: np.ndarray) -> pl.Series:
    """Return a given name for each child, oldest first in its home; no two of one home share one.

    The later born takes the next name of the pool, so that a child born later renames nobody.
    """
    step = np.zeros(len(u))
    while True:
        given = names(female, (u + step / NAMES_IN_POOL) % 1, household_id)
        home = pl.DataFrame({"household_id": household_id, "given": given})
        taken = ~home.select(pl.struct("household_id", "given").is_first_distinct()).to_series().to_numpy()
        if not taken.any():
            return given
        step += taken


@cache
def _name_pool(sex: str) -> pl.Series:
    """Return a fixed list of given names; Faker is asked once a process, never once a person."""
    faker = Faker("en_GB")
    faker.seed_instance(0)
    draw = faker.first_name_female if sex == "female" else faker.first_name_male
    return pl.Series([draw() for _ in range(NAMES_IN_POOL)])


def names(female: np.ndarray, u: np.ndarray, household_id: np.ndarray) -> pl.Series:
    """Return a given name for each draw, with the last four figures of the household's number behind it."""
    place = pl.Series(np.floor(u * NAMES_IN_POOL).astype(np.int64), dtype=pl.UInt32)
    number = pl.Series(household_id % 10_000).cast(pl.String).str.zfill(4)
    girls, boys = _name_pool("female").gather(place), _name_pool("male").gather(place)
    return girls.zip_with(pl.Series(female, dtype=pl.Boolean), boys) + number
