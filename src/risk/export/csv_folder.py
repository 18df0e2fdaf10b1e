"""The folder: what is made of each part of a cohort, as CSV files that hold all of it, and papers.

Parts are worked on wherever the pool is, a part at a time; what a file holds stands in the parts' order.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from risk.core.pool import HERE, Pool
from risk.export.csv_cells import as_csv
from risk.records.cohort import Cohort
from risk.records.draft import COHORT, SCRATCH, whole_or_absent
from risk.records.partitions import Parts, each_part
from risk.records.pieces import append_piece, new_piece

Tables = Mapping[str, pl.DataFrame]
About = TypeVar("About")


def write_folder(
    out: Path,
    cohort: Parts,
    make: Callable[[Cohort], Tables],
    papers: Callable[[dict[str, list[About]]], Mapping[str, str]],
    *,
    about: Callable[[str, pl.DataFrame], About],
    bom: bool = True,
    pool: Pool = HERE,
    on_part: Callable[[int], None] | None = None,
) -> None:
    """Write what `make` returns of each part into a new folder, a CSV file a table, whole or not at all.

    Raises InputError if `out` is there or cannot be written, and whatever `papers` raises, with nothing left.

    make: tables by the names of their files, without `.csv`; every part has the same. papers: the texts of
    further files by their names, from what `about` said of each table of each part. bom: with the mark by
    which Excel knows UTF-8.
    """
    said: dict[str, list[About]] = defaultdict(list)
    with whole_or_absent(out, {"command": "risk export"}, resumable=False) as draft:
        folder = draft / COHORT
        work = partial(_pieces, (draft / SCRATCH).absolute(), make, about, bom)
        for pieces in each_part(work, cohort, pool, on_part):
            for name, (piece, of_table) in pieces.items():
                file = folder / f"{name}.csv"
                file.parent.mkdir(exist_ok=True)
                append_piece(piece, file, has_heading=True)
                said[name].append(of_table)
        for name, text in papers(said).items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _pieces(
    scratch: Path,
    make: Callable[[Cohort], Tables],
    about: Callable[[str, pl.DataFrame], Any],
    bom: bool,
    part: Cohort,
) -> dict[str, tuple[Path, Any]]:
    """Return a part's tables, each written as a piece of CSV, with what there is to say of it."""
    return {
        name: (new_piece(scratch, as_csv(table, bom=bom)), about(name, table))
        for name, table in make(part).items()
    }


def n_rows(name: str, table: pl.DataFrame) -> int:
    """Return how many rows a table has, which is all that most folders say of one."""
    return table.height
