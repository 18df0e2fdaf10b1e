"""The authorities: a cohort's neighbourhoods dealt out to several, each of which makes a return of its own.

A simulated family belongs to a neighbourhood and to no authority. Neighbourhoods go to the authorities in
turn, by their number, so that a household is in one of them, wherever its partition ends (assumption).
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl

from risk.core.errors import InputError
from risk.records.cohort import Cohort
from risk.records.draft import COHORT, whole_or_absent
from risk.records.partitions import Chosen, Parts, homes_where

AUTHORITIES: Final = ("001", "002", "003", "004", "005")
"""The numbers that the census keeps for no authority, and so the most that a cohort can be dealt out to."""


def of_authority(nth: int, number: int, part: Cohort) -> Cohort:
    """Return the households of a part that are in one of a number of authorities, counted from 0."""
    homes = part.record.households
    here = homes.filter(pl.col("area").fill_null(0) % number == nth)["household_id"].implode()
    return homes_where(part, lambda household: household.is_in(here))


def write_each(
    out: Path, cohort: Parts, number: int, ending: str, write: Callable[[Parts, str, Path], None]
) -> None:
    """Write what each authority sends into a new folder, under its number, whole or not at all.

    Raises InputError, with nothing left, if the folder is there or cannot be written, and where one of the
    authorities has nothing to send.

    number: of authorities. ending: of the names in the folder. write: writes what an authority, by its
    households and number, sends to a path.
    """
    with whole_or_absent(out, {"command": "risk export"}, resumable=False) as draft:
        for nth, code in enumerate(AUTHORITIES[:number]):
            path = draft / COHORT / f"{code}{ending}"
            try:
                write(Chosen(cohort, partial(of_authority, nth, number)), code, path)
            except InputError as error:
                why = str(error).removeprefix(f"{path}: ")
                raise InputError(f"{out}: authority {code} of {number}: {why}") from None
