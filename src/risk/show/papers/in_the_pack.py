"""The papers in the pack: a button a paper, and the paper itself, out of sight until it is printed.

Each stands in a template element, which a browser neither shows nor reads aloud. `papers.js` prints the one
that is asked for; those that give the answer away have no button before it is open.
"""

from markupsafe import Markup

from risk.show.packs.lesson import Told
from risk.show.page import render
from risk.show.papers.blocks import HELD_BY
from risk.show.papers.paper_set import papers_of


def papers_in_the_pack(told: Told) -> Markup:
    """Return the section with the buttons and the papers; it needs `papers.css` and `papers.js` on the page.

    The page's root says in data-shows what may be seen: at "table" only what is for the class.
    """
    return render("papers/templates/in_the_pack.html.jinja", papers=papers_of(told), held_by=HELD_BY)
