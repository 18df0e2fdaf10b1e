"""The blocks: what a paper is made of, whatever it is written as, from a heading to lines to write on.

A paper is made once, of these; `html` and `word` write it, so that what a class holds says the same in both.
"""

from dataclasses import dataclass
from typing import Final, Literal

For = Literal["class", "answer", "facilitator"]
BEFORE: Final = "class"
AFTER: Final = "answer"
NOTES: Final = "facilitator"
HELD_BY: Final[dict[For, str]] = {
    BEFORE: "For the class",
    AFTER: "For the class, after the answer",
    NOTES: "For the facilitator only: it gives the answer away",
}
"""Who may hold a paper, and from when."""


@dataclass(frozen=True)
class Heading:
    """The heading of what follows, on one page with it. of_sheet: whether it is the title of a sheet."""

    text: str
    of_sheet: bool = False


@dataclass(frozen=True)
class Sentence:
    """A paragraph. look: plain, large as a question is, or small as a note is."""

    text: str
    look: Literal["plain", "lead", "small"] = "plain"


@dataclass(frozen=True)
class Points:
    """A list of sentences, each with a mark before it."""

    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Quotation:
    """What a child said, in the child's words. by: who said it, to whom, and when."""

    text: str
    by: str


@dataclass(frozen=True)
class Grid:
    """A table of words. widths: shares of the width, a column each. row_mm: the least height of its rows."""

    headings: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    row_mm: float = 0


@dataclass(frozen=True)
class Lines:
    """Lines to write on, below what asks for them."""

    n: int
    ask: str = ""


@dataclass(frozen=True)
class Boxes:
    """Boxes side by side to write in, each with a heading and what belongs into it."""

    boxes: tuple[tuple[str, str], ...]
    height_mm: int


@dataclass(frozen=True)
class Scale:
    """The numbers from 0 to 10, to put a ring around one. least, most: what the two ends mean."""

    ask: str
    least: str
    most: str


@dataclass(frozen=True)
class Choices:
    """Answers with a box to tick beside each."""

    answers: tuple[str, ...]


Block = Heading | Sentence | Points | Quotation | Grid | Lines | Boxes | Scale | Choices


@dataclass(frozen=True)
class Paper:
    """One paper. name: of its file. about: the line below the title. wide: whether it lies on its side.

    loose: whether each of its sheets is handed out alone, and so has a title of its own.
    """

    name: str
    title: str
    about: str
    held_by: For
    blocks: tuple[Block, ...]
    wide: bool = False
    loose: bool = False
