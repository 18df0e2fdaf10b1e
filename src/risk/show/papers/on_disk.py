"""The papers on disk: a folder that is there with all of them, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from risk.records.draft import COHORT, SCRATCH, whole_or_absent
from risk.show.packs.lesson import Told
from risk.show.papers.in_word import as_word
from risk.show.papers.on_a_page import as_page
from risk.show.papers.paper_set import papers_of
from risk.show.papers.printing import print_all


@contextmanager
def paper_folder(told: Told, folder: Path) -> Iterator[tuple[int, bool]]:
    """Write a lesson's papers into a new folder, and give how many there are and whether they are PDFs too.

    Each is a Word document, and a PDF where this machine has a Chromium or Chrome that prints, else an HTML
    page to print. The folder has its name when the work inside has succeeded, and is not there otherwise.
    Raises InputError, with nothing changed, if `folder` is there or cannot be written.
    """
    with whole_or_absent(folder, {"command": "risk pack"}, resumable=False) as draft:
        papers, out = papers_of(told), draft / COHORT
        scratch = draft / SCRATCH
        scratch.mkdir(exist_ok=True)
        out.mkdir(exist_ok=True)
        for paper in papers:
            (out / f"{paper.name}.docx").write_bytes(as_word(paper))
            (scratch / f"{paper.name}.html").write_text(as_page(paper, told.lesson.title), encoding="utf-8")
        pages = [scratch / f"{paper.name}.html" for paper in papers]
        printed = print_all(pages, out)
        for page in pages:
            if not printed:
                page.rename(out / page.name)
        yield len(papers), printed
