"""The paper on a page: a paper as HTML that holds all it needs, which a browser prints on A4."""

from typing import Final

from markupsafe import Markup

from risk.show.page import ASSETS, render
from risk.show.papers.blocks import HELD_BY, Paper

STYLE: Final = "papers.css"


def as_page(paper: Paper, lesson: str) -> str:
    """Return a paper as an HTML page of its own. lesson: the title that stands beside the paper's."""
    style = Markup((ASSETS / STYLE).read_text(encoding="utf-8"))  # a file of ours: as it is
    return str(
        render(
            "papers/templates/sheet.html.jinja",
            of=paper,
            held_by=HELD_BY[paper.held_by],
            lesson=lesson,
            style=style,
        )
    )
