"""The Word document: what the cells of its tables show, one sheet a table.

Read by our own bounded reader of packages and not by a library: the usual one takes the whole of every part
into memory before anything can be counted. Only tables are looked at. What was deleted but is tracked, and
what was moved away, is not there; a table inside a cell is that cell's text.
"""

from dataclasses import dataclass, field
from typing import Final

from risk.chronologies.tab import LAST_COLUMN, Tab, is_on
from risk.chronologies.unpacking import Attributes, Parts

NOT_THERE: Final = frozenset({"moveFrom", "del", "Fallback", "instrText", "txbxContent"})
STRIKES: Final = ("strike", "dstrike")
BREAKS: Final = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read_document(parts: Parts) -> list[Tab]:
    """Return the tables of a document that hold anything. Raises InputError as `Parts` does."""
    tables = _Tables(parts)
    parts.parse("word/document.xml", tables.on_start, tables.on_end, tables.on_text)
    return [table for table in tables.found if table.cells]


@dataclass
class _Tables:
    """The tables of a document while they are read: where the reader stands, and what it has seen there."""

    parts: Parts
    found: list[Tab] = field(default_factory=list)
    n_inside: int = 0
    row: int = 0
    column: int = 0
    span: int = 1
    merge: str = ""
    pieces: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    n_hidden: int = 0
    has_strike: bool = False
    open_merges: dict[int, tuple[int, int]] = field(default_factory=dict)

    def on_start(self, tag: str, attributes: Attributes) -> None:
        """Go into a table, a row, a cell or what a cell holds. Raises ValueError for what no table has."""
        self.inside.append(tag)
        self.n_hidden += tag in NOT_THERE
        if tag == "tbl":
            self.n_inside += 1
            if self.n_inside == 1:
                self.found.append(Tab(f"Table {len(self.found) + 1}", hidden=False))
                self.row = 0
                self.open_merges.clear()
        elif tag in STRIKES and "pPr" not in self.inside:
            self.has_strike |= is_on(attributes.get("w:val"))
        elif self.n_inside > 1:
            self._in_cell(tag)
        elif self.n_inside == 1:
            self._in_table(tag, attributes)

    def _in_table(self, tag: str, attributes: Attributes) -> None:
        if tag == "tr":
            self.row, self.column = self.row + 1, 1
        elif tag == "gridBefore":
            self.column += _number(attributes)
        elif tag == "tc":
            self.span, self.merge, self.has_strike = 1, "", False
            self.pieces.clear()
        elif tag == "gridSpan":
            self.span = max(1, _number(attributes))
        elif tag == "vMerge":
            self.merge = attributes.get("w:val", "continue")
        else:
            self._in_cell(tag)

    def _in_cell(self, tag: str) -> None:
        if tag == "p" and self.pieces and not self.n_hidden:
            self.pieces.append("\n")
        elif tag in BREAKS and self.inside[-2:-1] == ["r"] and not self.n_hidden:
            self.pieces.append(BREAKS[tag])

    def on_text(self, text: str) -> None:
        """Keep a piece of a cell's text."""
        if self.n_inside and self.inside[-1] == "t" and not self.n_hidden:
            self.pieces.append(text)

    def on_end(self, tag: str) -> None:
        """Come out of an element; at the end of a cell of a table, note what it shows."""
        self.inside.pop()
        self.n_hidden -= tag in NOT_THERE
        if tag == "tbl":
            self.n_inside -= 1
        elif tag == "tc" and self.n_inside == 1:
            self._note()

    def _note(self) -> None:
        tab, last = self.found[-1], self.column + self.span - 1
        if last > LAST_COLUMN:
            raise ValueError(last)
        if self.merge == "continue" and self.column in self.open_merges:
            begun, place = self.open_merges[self.column]
            tab.merged[place] = (begun, self.column, self.row, last)
        else:
            shown = self.parts.show("".join(self.pieces))
            if shown:
                tab.cells.setdefault(self.row, {})[self.column] = shown
                if self.has_strike:
                    tab.struck_cells.append((self.row, self.column))
            self.open_merges.pop(self.column, None)
            if self.span > 1 or self.merge == "restart":
                tab.merge(self.parts.source, (self.row, self.column, self.row, last))
                self.open_merges[self.column] = (self.row, len(tab.merged) - 1)
        self.column = last + 1


def _number(attributes: Attributes) -> int:
    """Return a count of columns. Raises ValueError for what is none."""
    number = int(attributes.get("w:val", "1")[:9])
    if not 0 <= number <= LAST_COLUMN:
        raise ValueError(number)
    return number
