"""The workbook: what the cells of an Excel file show, read within limits that no file can exceed.

An .xlsx file is a zip of XML. It is read here part by part with the standard library, because what reads
any workbook also believes any workbook: two cells in opposite corners made one reader ask for 17 billion
cells and end the process, and half a megabyte of empty rows unpacked to more memory than there was. Here
bytes, elements and depth are counted while they are read. Only the cells are looked at: macros, links to
other files, pictures and comments are never opened, and a formula gives the value that was saved with it.
"""

import math
import posixpath
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from risk.chronologies.tab import LAST_COLUMN, LAST_ROW, Tab, cell_name, is_on
from risk.chronologies.unpacking import Attributes, Parts
from risk.core.errors import InputError


def read_workbook(parts: Parts) -> tuple[list[Tab], list[str]]:
    """Return the sheets of a workbook in their order, and what is to be said about what was left out.

    Dates are ISO 8601; one that is shown as a month or a year only, as Excel does with "Jun 2014", is that
    month or year. Times of day are dropped. Raises InputError for what is no workbook, is locked, or is
    larger unpacked than a chronology can be.
    """
    tabs = _tabs(parts)
    left_out = {
        "vbaProject.bin": "The workbook holds macros; they were not run, nor read.",
        "externalLinks/": "Cells that point to other files were read with the values last saved here.",
    }
    names = parts.names()
    return tabs, [said for mark, said in left_out.items() if any(mark in name for name in names)]


def _tabs(parts: Parts) -> list[Tab]:
    listed: list[tuple[Tab, str]] = []
    targets: dict[str, str] = {}
    since_1904 = False

    def on_sheet(tag: str, attributes: Attributes) -> None:
        nonlocal since_1904
        if tag == "sheet":
            hidden = attributes.get("state", "visible") != "visible"
            listed.append((Tab(attributes.get("name", ""), hidden), attributes.get("r:id", "")))
        elif tag == "workbookPr":
            since_1904 = attributes.get("date1904") in ("1", "true")

    def on_relation(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
            targets[attributes.get("Id", "")] = target.lstrip("/")

    parts.parse("xl/workbook.xml", on_sheet)
    parts.parse("xl/_rels/workbook.xml.rels", on_relation)
    looks = _Looks(*_strings(parts), _styles(parts), 1462 if since_1904 else 0)
    tabs = []
    for tab, relation in listed:
        if relation in targets:  # a sheet that is a chart has no cells
            cells = _Cells(parts, tab, looks)
            parts.parse(targets[relation], cells.on_start, cells.on_end, cells.on_text)
            tabs.append(tab)
    if not tabs:
        raise InputError(f"{parts.source}: not an Excel workbook: it has no sheet with cells")
    return tabs


def _strings(parts: Parts) -> tuple[list[str], set[int]]:
    """Return the texts that cells refer to by number, and which have words that are struck through.

    The readings that East Asian text carries are left out.
    """
    texts: list[str] = []
    struck: set[int] = set()
    pieces: list[str] = []
    inside: list[str] = []

    def on_start(tag: str, attributes: Attributes) -> None:
        inside.append(tag)
        if tag == "strike" and is_on(attributes.get("val")):
            struck.add(len(texts))

    def on_end(tag: str) -> None:
        inside.pop()
        if tag == "si":
            texts.append(_unescaped("".join(pieces)))
            pieces.clear()

    def on_text(text: str) -> None:
        if inside[-1] == "t" and "rPh" not in inside:
            pieces.append(text)

    parts.parse("xl/sharedStrings.xml", on_start, on_end, on_text, needed=False)
    return texts, struck


# The formats that Excel numbers instead of spelling; 17 is "mmm-yy".
BUILT_IN: Final = {
    **dict.fromkeys((14, 15, 22, *range(27, 37), *range(50, 59)), "d/m/y"),
    16: "d/m",
    **dict.fromkeys((18, 19, 20, 21, 45, 46, 47), "h:mm"),
    **dict.fromkeys((9, 10), "0%"),
    17: "m/y",
}
NOT_LETTERS: Final = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]')


@dataclass
class _Styles:
    """By a cell's style: which of d, m and y its format shows (h: a time, %: a share), and what is struck."""

    formats: list[str] = field(default_factory=list)
    struck: list[bool] = field(default_factory=list)


def _styles(parts: Parts) -> _Styles:
    """Return what each style of a cell shows; nothing for a plain number."""
    custom: dict[str, str] = {}
    styles = _Styles()
    struck_fonts: list[bool] = []
    inside: list[str] = []

    def on_start(tag: str, attributes: Attributes) -> None:
        inside.append(tag)
        if tag == "numFmt":
            custom[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:200]
        elif tag == "font" and "fonts" in inside:
            struck_fonts.append(False)
        elif tag == "strike" and "fonts" in inside and struck_fonts:
            struck_fonts[-1] = is_on(attributes.get("val"))
        elif tag == "xf" and "cellXfs" in inside:
            number = attributes.get("numFmtId", "0")
            built_in = BUILT_IN.get(int(number), "") if number.isdecimal() and len(number) < 6 else ""
            styles.formats.append(_shown(custom.get(number, built_in)))
            font = attributes.get("fontId", "0")
            place = int(font) if font.isdecimal() and len(font) < 6 else 0
            styles.struck.append(place < len(struck_fonts) and struck_fonts[place])

    def on_end(_: str) -> None:
        inside.pop()

    parts.parse("xl/styles.xml", on_start, on_end, needed=False)
    return styles


def _shown(code: str) -> str:
    if re.match(r"\[[hms]+\]", code.lower()):  # hours that go on after 24
        return "h"
    letters = NOT_LETTERS.sub("", code.split(";")[0].lower())
    if "general" in letters:
        return ""
    if "%" in letters:
        return "%"
    if not {"d", "y"} & set(letters) and {"h", "s"} & set(letters):  # then m is minutes
        return "h"
    return "".join(letter for letter in "dmy" if letter in letters)


@dataclass(frozen=True)
class _Looks:
    """What it takes to say what a cell shows: texts by number, formats by style, days until the epoch."""

    strings: list[str]
    struck_strings: set[int]
    styles: _Styles
    epoch_days: int

    def of(self, kind: str, style: str, value: str) -> str:
        """Return what a cell shows. Raises ValueError for a value that its kind cannot have."""
        if kind == "s":
            place = int(value)
            if not 0 <= place < len(self.strings):
                raise ValueError(value)
            return self.strings[place]
        if kind in ("str", "inlineStr", "e"):
            return _unescaped(value)
        if kind == "d":
            return value.partition("T")[0]
        if kind == "b":
            return "yes" if value.strip() == "1" else "no"
        number = float(value)
        shows = self.styles.formats[int(style)] if self._is_known(style) else ""
        if shows == "%" and math.isfinite(number):
            return f"{number * 100:.10g}%"
        if shows == "h" and 0 <= number < 1:
            return _time(number)
        if shows and 1 <= number + self.epoch_days < 2_958_466:
            return _day(int(number) + self.epoch_days, shows)
        return str(int(number)) if math.isfinite(number) and number == int(number) else value.strip()

    def is_struck(self, style: str) -> bool:
        """Return whether a cell of a style is struck through."""
        return self._is_known(style) and self.styles.struck[int(style)]

    def _is_known(self, style: str) -> bool:
        return style.isdecimal() and len(style) < 8 and int(style) < len(self.styles.formats)


def _day(serial: int, shows: str) -> str:
    """Return the day of Excel's number, which believes that there was a 29 February 1900."""
    on = date(1899, 12, 30) + timedelta(days=serial + (serial < 61))
    shown = {"my": f"{on:%B %Y}", "y": f"{on:%Y}", "m": f"{on:%B}", "dm": f"{on.day} {on:%B}"}
    return shown.get(shows, f"{on:%Y-%m-%d}")


def _time(share: float) -> str:
    """Return the time of day that is a share of a day, to the minute."""
    hours, minutes = divmod(int(share * 24 * 60 + 1e-6), 60)
    return f"{hours:02}:{minutes:02}"


ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")


def _unescaped(text: str) -> str:
    """Return a text with the characters that XML has no place for, which Excel writes as _x000B_."""
    return ESCAPED.sub(_character, text).replace("\r\n", "\n")


def _character(escaped: re.Match[str]) -> str:
    """Return the character of an escape; half of a pair is none, and stays as it is written."""
    code = int(escaped[1], 16)
    return escaped[0] if 0xD800 <= code <= 0xDFFF else chr(code)


@dataclass
class _Cells:
    """The cells of one sheet while they are read: where the reader stands, and what it has seen there."""

    parts: Parts
    tab: Tab
    looks: _Looks
    row: int = 0
    column: int = 0
    kind: str = ""
    style: str = ""
    has_formula: bool = False
    is_hidden: bool = False
    has_strike: bool = False
    pieces: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)

    def on_start(self, tag: str, attributes: Attributes) -> None:
        """Go into a row, a cell or what a cell holds. Raises ValueError for a place that no sheet has."""
        self.inside.append(tag)
        if tag == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
            if not 1 <= self.row <= LAST_ROW:
                raise ValueError(self.row)
            self.is_hidden = attributes.get("hidden") in ("1", "true")
        elif tag == "c":
            self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "0")
            at = attributes.get("r")
            self.row, self.column = _place(at) if at else (self.row, self.column + 1)
            self.has_formula = self.has_strike = False
            self.pieces.clear()
        elif tag == "f":
            self.has_formula = True
        elif tag == "strike":
            self.has_strike |= is_on(attributes.get("val"))
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            self.tab.hide(int(attributes["min"][:9]), int(attributes["max"][:9]))
        elif tag == "autoFilter":
            self.tab.filtered = True
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def on_text(self, text: str) -> None:
        """Keep a piece of a cell's value."""
        inside = self.inside
        if inside[-1] == "v" or (inside[-1] == "t" and "is" in inside and "rPh" not in inside):
            self.pieces.append(text)

    def on_end(self, tag: str) -> None:
        """Come out of an element; at a cell's end, note what it shows."""
        self.inside.pop()
        if tag != "c":
            return
        value = "".join(self.pieces)
        shown = self.parts.show(self.looks.of(self.kind, self.style, value)) if value else ""
        if shown:
            self.tab.cells.setdefault(self.row, {})[self.column] = shown
            self.has_strike |= self.kind == "s" and int(value) in self.looks.struck_strings
            self._remember()
        elif self.has_formula and not value:
            self.tab.unsaved.append(cell_name(self.row, self.column))

    def _remember(self) -> None:
        """Keep the row of a filled cell that a reader of the sheet does not see, or sees struck through."""
        seen = (
            (self.is_hidden, self.tab.hidden_rows),
            (self.looks.is_struck(self.style), self.tab.struck_rows),
        )
        for is_so, rows in seen:
            if is_so and self.row not in rows[-1:]:
                rows.append(self.row)
        if self.has_strike:
            self.tab.struck_cells.append((self.row, self.column))

    def _merge(self, cells: str) -> None:
        first, _, last = cells.partition(":")
        self.tab.merge(self.parts.source, (*_place(first), *_place(last or first)))


ADDRESS: Final = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


def _place(address: str) -> tuple[int, int]:
    """Return the row and column of B7. Raises ValueError for what is no cell's address."""
    found = ADDRESS.fullmatch(address)
    if not found:
        raise ValueError(address)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    row = int(found[2])
    if not (1 <= row <= LAST_ROW and column <= LAST_COLUMN):
        raise ValueError(address)
    return row, column
