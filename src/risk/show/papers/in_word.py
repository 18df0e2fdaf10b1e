"""The paper in Word: the same blocks as on a page, as a document that a trainer can change."""

from typing import Final

from risk.core import word_xml
from risk.core.kinds import NOT_FOR_DECISIONS
from risk.core.word_xml import BULLET, kept_with_next, paragraph, table, words
from risk.show.papers.blocks import (
    HELD_BY,
    Block,
    Boxes,
    Choices,
    Grid,
    Heading,
    Lines,
    Paper,
    Points,
    Quotation,
    Scale,
    Sentence,
)

Apart = Heading | Sentence | Points | Quotation | Lines | Boxes | Scale | Choices
LOOKS: Final = {"plain": "Normal", "lead": "Lead", "small": "Small"}
LINE_MM: Final = 9
KEPT: Final = "<w:keepNext/>"
GAP: Final = paragraph("", "Gap")
"""Between two tables, which Word would take for one."""


def as_word(paper: Paper) -> bytes:
    """Return a paper as a Word document on A4."""
    head = [
        paragraph(words(HELD_BY[paper.held_by]), "Small"),
        paragraph(words(paper.title), "Title"),
        paragraph(words(paper.about), "Small"),
    ]
    body = [
        *([] if paper.loose else head),
        *(xml for place in range(len(paper.blocks)) for xml in _in_place(paper.blocks, place)),
    ]
    return word_xml.document(body, footer=NOT_FOR_DECISIONS, wide=paper.wide)


def _in_place(blocks: tuple[Block, ...], place: int) -> list[str]:
    """Return a block as XML, kept on one page with what follows it where that alone would say nothing."""
    block, follows = blocks[place], blocks[place + 1] if place + 1 < len(blocks) else None
    if isinstance(block, Grid):
        explained = isinstance(follows, Lines) or (isinstance(follows, Sentence) and follows.look == "small")
        return [_grid(block, with_next=explained), kept_with_next(GAP) if explained else GAP]
    xml = _written(block, first=place == 0)
    answered = isinstance(follows, Lines | Choices | Scale)
    stays = answered or (isinstance(block, Sentence) and isinstance(follows, Grid))
    return [kept_with_next(part) for part in xml] if stays else xml


def _written(block: Apart, *, first: bool) -> list[str]:
    match block:
        case Heading():
            name = "Title" if block.of_sheet else "Heading1"
            return [paragraph(words(block.text), name, new_page=block.of_sheet and not first)]
        case Sentence():
            return [paragraph(words(block.text, bold=block.look == "lead"), LOOKS[block.look])]
        case Points():
            return [paragraph(words(sentence), "Normal", more=BULLET) for sentence in block.sentences]
        case Quotation():
            return [paragraph(words(f"“{block.text}”\n") + words(block.by, italic=True), "Quotation")]
        case Lines():
            return _lines(block)
        case Boxes():
            return [_boxes(block), GAP]
        case Scale():
            return _scale(block)
        case Choices():
            return [_choices(block), GAP]


def _cell(text: str, *, bold: bool = False, more: str = "") -> str:
    return paragraph(words(text, bold=bold), "Cell", more=more)


def _grid(grid: Grid, *, with_next: bool) -> str:
    rows = [[_cell(cell, bold=True) for cell in grid.headings]]
    rows += [[_cell(cell) for cell in row] for row in grid.rows]
    return table(rows, grid.widths, height_mm=grid.row_mm, with_next=with_next)


def _lines(lines: Lines) -> list[str]:
    asked = [paragraph(words(lines.ask, bold=True), more=KEPT)] if lines.ask else []
    blank = [[_cell("", more=KEPT if line else "")] for line in reversed(range(lines.n))]
    drawn = table(blank, (1,), header=False, sides=("bottom", "insideH"), height_mm=LINE_MM)
    return [*asked, drawn, GAP]


def _boxes(boxes: Boxes) -> str:
    cells = [_cell(heading, bold=True) + paragraph(words(hint), "Small") for heading, hint in boxes.boxes]
    return table([cells], (1,) * len(cells), header=False, height_mm=boxes.height_mm)


def _scale(scale: Scale) -> list[str]:
    middle = '<w:jc w:val="center"/>'
    numbers = [[_cell(str(number), more=middle) for number in range(11)]]
    ends = [
        paragraph(words(scale.least), "Small"),
        paragraph(words(scale.most), "Small", more='<w:jc w:val="right"/>'),
    ]
    return [
        paragraph(words(f"{scale.ask} Put a ring around a number.", bold=True), more=KEPT),
        table(numbers, (1,) * 11, header=False, height_mm=LINE_MM),
        GAP,
        table([ends], (1, 1), header=False, sides=()),
    ]


def _choices(choices: Choices) -> str:
    ticks = [_cell(f"☐  {answer}") for answer in choices.answers]
    ticks += [_cell("")] * (len(ticks) % 2)
    return table([ticks[i : i + 2] for i in range(0, len(ticks), 2)], (1, 1), header=False, sides=())
