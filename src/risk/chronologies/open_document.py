"""The OpenDocument spreadsheet: what the cells of an .ods file show.

Read by our own bounded reader of packages and not by a library: a few bytes can say that a row is there a
million times, and what reads any file then makes a million rows. Here what is repeated and empty is stepped
over, and what is repeated and filled is counted like any other cell.
"""

import math
from dataclasses import dataclass, field
from typing import Final

from risk.chronologies.tab import LAST_COLUMN, LAST_ROW, Tab, is_on
from risk.chronologies.unpacking import Attributes, Parts

NOT_THERE: Final = frozenset(
    {"annotation", "tracked-changes", "shapes", "forms", "frame", "custom-shape", "ruby-text", "deletion"}
)
"""What is in a sheet or a cell, and is not what the cell shows."""

BREAKS: Final = {"tab": " ", "s": " ", "line-break": "\n"}
CELLS: Final = ("table-cell", "covered-table-cell")
NOT_SHOWN: Final = ("collapse", "filter")
LETTERS: Final = {"day": "d", "month": "m", "year": "y"}


def read_spreadsheet(parts: Parts) -> list[Tab]:
    """Return the sheets of a spreadsheet in their order, as `workbook.read_workbook` does those of Excel.

    A date that is shown as a month or a year is that month or year. Raises InputError as `Parts` does.
    """
    if b"encryption-data" in parts.unpacked("META-INF/manifest.xml", needed=False):
        parts.refuse_locked()
    sheets = _Sheets(parts)
    parts.parse("content.xml", sheets.on_start, sheets.on_end, sheets.on_text)
    return sheets.found


@dataclass
class _Sheets:
    """The sheets of a file while they are read: where the reader stands, and what it has seen there."""

    parts: Parts
    found: list[Tab] = field(default_factory=list)
    row: int = 0
    n_rows: int = 1
    column: int = 0
    cell: Attributes = field(default_factory=dict)
    filled: dict[int, str] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    n_hidden: int = 0
    style: str = ""
    shows: dict[str, str] = field(default_factory=dict)
    looks: dict[str, str] = field(default_factory=dict)
    hides: set[str] = field(default_factory=set)
    strikes: set[str] = field(default_factory=set)
    n_columns: int = 0
    is_hidden: bool = False
    has_strike: bool = False

    def on_start(self, tag: str, named: Attributes) -> None:
        """Go into a sheet, a row, a cell or what a cell holds. Raises ValueError for what no sheet has."""
        self.inside.append(tag)
        self.n_hidden += tag in NOT_THERE
        if self.n_hidden:
            return
        attributes = {name.rpartition(":")[2]: value for name, value in named.items()}
        if tag == "table":
            self.found.append(Tab(attributes.get("name", ""), attributes.get("style-name") in self.hides))
            self.row = self.n_columns = 0
        elif not self.found:  # before the first sheet are styles, and what is astray
            self._in_style(tag, attributes)
        elif tag == "table-column":
            self._in_column(attributes)
        elif tag == "table-row":
            self.row, self.column, self.filled = self.row + 1, 1, {}
            self.n_rows = _times(attributes, "number-rows-repeated")
            self.is_hidden = attributes.get("visibility") in NOT_SHOWN
            self.found[-1].filtered |= attributes.get("visibility") == "filter"
        elif tag in CELLS:
            self.cell, self.has_strike = attributes, False
            self.pieces.clear()
        elif tag in ("p", "h") and self.pieces:
            self.pieces.append("\n")
        elif tag in BREAKS:
            self.pieces.append(BREAKS[tag])
        else:
            self._in_style(tag, attributes)

    def _in_column(self, attributes: Attributes) -> None:
        first = self.n_columns + 1
        self.n_columns += _times(attributes, "number-columns-repeated")
        if attributes.get("visibility") in NOT_SHOWN:
            self.found[-1].hide(first, self.n_columns)

    def _in_style(self, tag: str, attributes: Attributes) -> None:
        if tag in ("style", "date-style"):
            self.style = attributes.get("name", "")
            self.looks[self.style] = attributes.get("data-style-name", self.style)
        elif tag in LETTERS and "date-style" in self.inside:
            self.shows[self.style] = self.shows.get(self.style, "") + LETTERS[tag]
        elif tag == "table-properties" and attributes.get("display") == "false":
            self.hides.add(self.style)
        elif tag == "text-properties" and is_on(attributes.get("text-line-through-style", "none")):
            self.strikes.add(self.style)
        elif tag == "span":
            self.has_strike |= attributes.get("style-name") in self.strikes

    def on_text(self, text: str) -> None:
        """Keep a piece of a cell's text."""
        if not self.n_hidden and any(tag in ("p", "h") for tag in self.inside[-6:]):
            self.pieces.append(text)

    def on_end(self, tag: str) -> None:
        """Come out of an element; at the end of a cell or a row, note what it shows."""
        self.inside.pop()
        if self.n_hidden:
            self.n_hidden -= tag in NOT_THERE
        elif tag in CELLS and self.found:
            self._end_cell(tag)
        elif tag == "table-row" and self.found:
            self._end_row()

    def _end_cell(self, tag: str) -> None:
        n = _times(self.cell, "number-columns-repeated")
        shown = self.parts.show(self._shown(), n * self.n_rows) if tag == "table-cell" else ""
        if shown:
            if self.column + n - 1 > LAST_COLUMN:
                raise ValueError(n)
            self.parts.spend(n - 1)
            self.filled |= dict.fromkeys(range(self.column, self.column + n), shown)
            if self.has_strike or self.cell.get("style-name") in self.strikes:
                self.found[-1].struck_cells.append((self.row, self.column))
        across, down = (_times(self.cell, f"number-{each}-spanned") for each in ("columns", "rows"))
        if across > 1 or down > 1:
            ends = (self.row + down - 1, self.column + across - 1)
            self.found[-1].merge(self.parts.source, (self.row, self.column, *ends))
        self.column += n

    def _end_row(self) -> None:
        if self.filled:
            if self.row + self.n_rows - 1 > LAST_ROW:
                raise ValueError(self.n_rows)
            self.parts.spend(len(self.filled) * (self.n_rows - 1))
            for row in range(self.row, self.row + self.n_rows):
                self.found[-1].cells[row] = dict(self.filled)
                if self.is_hidden:
                    self.found[-1].hidden_rows.append(row)
        self.row += self.n_rows - 1

    def _shown(self) -> str:
        """Return what a cell shows. Raises ValueError for a value that its kind cannot have."""
        kind, text = self.cell.get("value-type", ""), "".join(self.pieces)
        if kind == "date":
            on = self.cell.get("date-value", "").partition("T")[0]
            letters = set(self.shows.get(self.looks.get(self.cell.get("style-name", ""), ""), "dmy"))
            if "y" not in letters and text:  # a year that nobody sees is none that anybody wrote
                return text
            return on[:4] if letters == {"y"} else on[:7] if letters == {"m", "y"} else on
        if kind == "boolean":
            return "yes" if self.cell.get("boolean-value") == "true" else "no"
        if kind == "float":
            number = float(self.cell.get("value", "nan"))
            return str(int(number)) if math.isfinite(number) and number == int(number) else text
        return text


def _times(attributes: Attributes, name: str) -> int:
    """Return how often something is there. Raises ValueError for what is no such number."""
    number = int(attributes.get(name, "1")[:9])
    if number < 1:
        raise ValueError(number)
    return number
