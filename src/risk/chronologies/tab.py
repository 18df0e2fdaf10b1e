"""The tab: one sheet or table of a file as its reader leaves it, whatever program wrote the file."""

from dataclasses import dataclass, field
from typing import Final

from risk.core.errors import InputError

MOST_MERGED: Final = 2_000
MOST_HIDDEN: Final = 200
LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384

Cells = dict[int, dict[int, str]]
"""What cells show, by row and column, both from 1; an empty cell is not there."""
Range = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


@dataclass
class Tab:
    """One sheet or table: its cells, which ranges are merged, and formulas without a saved value.

    hidden_rows, struck_rows: rows with a cell that is filled and not shown, or struck through. filtered:
    whether the sheet has a filter. hidden_columns: first and last of those not shown. struck_cells: by row
    and column, where some of the words are struck through.
    """

    name: str
    hidden: bool
    cells: Cells = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)
    unsaved: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    struck_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    struck_cells: list[tuple[int, int]] = field(default_factory=list)
    filtered: bool = False

    def merge(self, source: str, cells: Range) -> None:
        """Note a merged range. Raises InputError for more than a chronology has."""
        if len(self.merged) == MOST_MERGED:
            raise InputError(f"{source}: over {MOST_MERGED:,} merged cells; unmerge them")
        self.merged.append(cells)

    def hide(self, first: int, last: int) -> None:
        """Note that columns are not shown; of a sheet with very many such ranges, the first ones."""
        if len(self.hidden_columns) < MOST_HIDDEN:
            self.hidden_columns.append((first, last))

    def add(self, other: "Tab", after: int) -> None:
        """Put below its last row the rows of another one that come after one of its rows."""
        shift = max(self.cells, default=0) - after
        self.cells |= {row + shift: cells for row, cells in other.cells.items() if row > after}
        self.merged += [(a + shift, b, c + shift, d) for a, b, c, d in other.merged if a > after]
        self.struck_cells += [(row + shift, column) for row, column in other.struck_cells if row > after]


def cell_name(row: int, column: int) -> str:
    """Return a cell's address as Excel shows it: row 7, column 2 is B7."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def is_on(value: str | None) -> bool:
    """Return whether a property such as strike is on, which it is when nothing else is said."""
    return value not in ("0", "false", "none")
