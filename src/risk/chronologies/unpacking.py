"""The unpacking: the parts of a zip of XML, read within limits that no file can exceed.

Excel, Word and OpenDocument all keep their files so. Bytes, elements and depth are counted while they are
read, for all the parts of a file together, and a part that declares entities of its own is not read.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Final, NamedTuple, NoReturn
from xml.parsers import expat

from risk.core.errors import InputError

MOST_BYTES_UNPACKED: Final = 16 * 1024 * 1024
MOST_ELEMENTS: Final = 500_000
MOST_DEPTH: Final = 64
TOO_LONG_A_TAG: Final = re.compile(rb"<[^<>]{65536}")
"""A tag of a million attributes costs its parser a hundred times its bytes."""

MOST_CHARACTERS_SHOWN: Final = 5_000_000
"""In all cells together: a text that is kept once may be shown by every cell."""


class Budget(NamedTuple):
    """How much of a file's parts may be unpacked and looked at, and why there can be no more."""

    bytes: int
    elements: int
    characters: int
    why: str


CHRONOLOGY: Final = Budget(
    MOST_BYTES_UNPACKED, MOST_ELEMENTS, MOST_CHARACTERS_SHOWN, "a chronology is about one child"
)

Attributes = dict[str, str]


class Kind(NamedTuple):
    """A kind of file as messages name it: what it is, and the program that saves it anew."""

    noun: str
    program: str


EXCEL: Final = Kind("an Excel workbook", "Excel")
WORD: Final = Kind("a Word document", "Word")
OPEN: Final = Kind("an OpenDocument spreadsheet", "LibreOffice")


def too_much_text(source: str, budget: Budget = CHRONOLOGY) -> InputError:
    """Return the error for cells that show more characters together than their budget."""
    return InputError(
        f"{source}: the cells show over {budget.characters:,} characters in all, the budget; {budget.why}"
    )


@contextmanager
def package_of(source: str, data: bytes, budget: Budget = CHRONOLOGY) -> Iterator["Parts"]:
    """Give the parts of a file's bytes. Raises InputError for a damaged one, here or while it is read."""
    kind = EXCEL
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            parts = Parts(source, package, budget)
            names = parts.names()
            parts.kind = kind = (
                WORD if "word/document.xml" in names else OPEN if "content.xml" in names else EXCEL
            )
            yield parts
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        what = "workbook" if kind == EXCEL else "file"
        raise InputError(
            f"{source}: the {what} is damaged; open it in {kind.program} and save a copy"
        ) from None


@dataclass
class Parts:
    """The parts of a package, and how much more of them may be unpacked and looked at."""

    source: str
    package: zipfile.ZipFile
    budget: Budget = CHRONOLOGY
    kind: Kind = EXCEL

    def __post_init__(self) -> None:
        """Begin with the whole budget."""
        self.bytes_left, self.elements_left, self.characters_left, _ = self.budget

    def show(self, text: str, times: int = 1) -> str:
        """Return what one more cell shows. Raises InputError if all show more than any chronology does.

        times: how often it stands there, where a file says that it is repeated.
        """
        self.characters_left -= len(text) * times
        if self.characters_left < 0:
            raise too_much_text(self.source, self.budget)
        return text.strip()

    def names(self) -> list[str]:
        """Return the names of all parts."""
        return self.package.namelist()

    def refuse_locked(self) -> NoReturn:
        """Raise InputError: nobody but its owner can read it."""
        raise InputError(f"{self.source}: is locked with a password; save a copy without one")

    def spend(self, elements: int = 1) -> None:
        """Count elements, or cells that are repeated. Raises InputError for more than a chronology has."""
        self.elements_left -= elements
        if self.elements_left < 0:
            raise InputError(
                f"{self.source}: over {self.budget.elements:,} cells and rows, most of them perhaps empty "
                "but formatted; copy the rows that are filled into a new workbook"
            )

    def unpacked(self, name: str, *, needed: bool = True) -> bytes:
        """Return a part's bytes. Raises InputError if there are more than any chronology has."""
        try:
            info = self.package.getinfo(name)
        except KeyError:
            if needed:
                raise InputError(f"{self.source}: not {self.kind.noun}: it has no {name}") from None
            return b""
        if info.flag_bits & 1:
            self.refuse_locked()
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise InputError(
                f"{self.source}: is packed in a way {self.kind.program} does not use; save a copy "
                f"in {self.kind.program}"
            )
        with self.package.open(info) as part:
            content = part.read(self.bytes_left + 1)
        self.bytes_left -= len(content)
        if self.bytes_left < 0:
            most = self.budget.bytes // 1024 // 1024
            raise InputError(f"{self.source}: unpacks to over {most} MB; {self.budget.why}")
        return content

    def parse(
        self,
        name: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] = lambda _: None,
        text: Callable[[str], None] = lambda _: None,
        *,
        needed: bool = True,
    ) -> None:
        """Walk through a part's elements, by their names without prefixes."""
        content = self.unpacked(name, needed=needed)
        if not content:
            return
        if TOO_LONG_A_TAG.search(content):
            raise InputError(
                f"{self.source}: {name} is damaged; open it in {self.kind.program} and save a copy"
            )
        walk = _Walk(self, name, start, end)
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = walk.on_start, walk.on_end
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            parser.Parse(content, True)
        except expat.ExpatError:
            raise InputError(
                f"{self.source}: {name} is damaged; open it in {self.kind.program} and save a copy"
            ) from None

    def _refuse(self, *_: object) -> None:
        raise InputError(
            f"{self.source}: declares entities of its own, which {self.kind.noun} never does; it is not read"
        )


@dataclass
class _Walk:
    """A walk through the elements of one part: what is done at each, and how deep it stands."""

    parts: Parts
    name: str
    start: Callable[[str, Attributes], None]
    end: Callable[[str], None]
    depth: int = 0

    def on_start(self, tag: str, attributes: Attributes) -> None:
        """Count an element and go into it. Raises InputError for one more than any workbook needs."""
        self.depth += 1
        self.parts.spend()
        if self.depth > MOST_DEPTH:
            raise InputError(
                f"{self.parts.source}: {self.name} is nested deeper than {self.parts.kind.program} nests"
            )
        self.start(tag.rpartition(":")[2], attributes)

    def on_end(self, tag: str) -> None:
        """Come out of an element."""
        self.depth -= 1
        self.end(tag.rpartition(":")[2])
