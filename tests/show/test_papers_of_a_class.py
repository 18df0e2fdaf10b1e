"""The papers: each on A4 without a torn table or word, an agency's its own rows only, a class's no hindsight."""

import io
import re
import shutil
import zipfile
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from xml.etree import ElementTree

import polars as pl
import pytest

from command import risk as command
from risk.core.errors import InputError
from risk.reviews.missed.rules import RULES
from risk.show.packs.lesson import of_chronology, read_lesson, told
from risk.show.packs.stops import stops
from risk.show.papers import printing
from risk.show.papers.agency_files import agency_files, merge_exercise
from risk.show.papers.blank_sheets import reflection_log, signs_of_safety
from risk.show.papers.blocks import Grid, Heading, Lines, Quotation
from risk.show.papers.in_word import as_word
from risk.show.papers.on_a_page import as_page
from risk.show.papers.on_disk import paper_folder
from risk.show.papers.paper_set import papers_of
from risk.show.papers.quotations import quotations
from risk.show.papers.stop_cards import stop_cards
from risk.show.papers.written import LINE_MM, agencies, written

BROWSER = printing.browser()
A4 = (595, 842)
ALWAYS = {
    "stop_cards",
    "merge_exercise",
    "signs_of_safety",
    "reflection_log",
    "chronology",
    "seven_minute_briefing",
    "certificate",
    "facilitator_notes",
}


@pytest.fixture(scope="module")
def review(card):
    return told(read_lesson("norfolk_review"), card)


@pytest.fixture(scope="module")
def invented(card):
    """An invented family, in whose home one more adult was written down a while after the first record."""
    lesson = told(read_lesson("harbour"), card)
    path = lesson.review.path
    home = path.record.children.filter(pl.col("child_id") == path.child_id)["household_id"]
    newcomer = (10**9, home.item(), "Zed", "partner", path.events["recorded_on"][1], None, None)
    adults = path.record.adults.vstack(pl.DataFrame([newcomer], path.record.adults.schema, orient="row"))
    path = replace(path, record=replace(path.record, adults=adults))
    return replace(lesson, review=replace(lesson.review, path=path))


@pytest.fixture(scope="module")
def long(card, tmp_path_factory):
    """A chronology of one's own with 300 records, each with a word that no other has, and one endless word."""
    who = ("police", "school", "gp", "health_visitor")
    day = date(2012, 1, 3)
    rows = ["date,agency,kind,what"]
    for n in range(300):
        more = "comfortably disproportionately " * (n % 7)
        what = "x" * 3_000 if n == 150 else f"mark{n:03}x {more}was written down"
        rows.append(f"{day + timedelta(days=n)},{who[n % 4]},hunger,{what}")
    file = tmp_path_factory.mktemp("own") / "own.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return of_chronology(str(file), card)


def strings(thing) -> list[str]:
    """Every string that a paper holds, in order."""
    if isinstance(thing, str):
        return [thing]
    if isinstance(thing, tuple | list):
        return [text for part in thing for text in strings(part)]
    if is_dataclass(thing):
        return [text for field in fields(thing) for text in strings(getattr(thing, field.name))]
    return []


def by_name(lesson) -> dict:
    return {paper.name: paper for paper in papers_of(lesson)}


def test_there_is_every_paper_and_a_file_for_each_agency_that_wrote(review, invented):
    for lesson in (review, invented):
        wrote = set(lesson.review.path.events["agency"])
        assert set(by_name(lesson)) == ALWAYS | {f"agency_{agency}" for agency in wrote}


def test_an_agencys_file_holds_its_own_records_and_no_others(review, invented, long):
    for lesson in (review, invented, long):
        entries, papers = written(lesson), by_name(lesson)
        for agency in agencies(entries):
            rows = next(block.rows for block in papers[f"agency_{agency}"].blocks if hasattr(block, "rows"))
            held = [(when, words) for when, words, *_ in rows]
            assert held == [(e.when, e.words) for e in entries if e.agency == agency]
        everything = [row[3] for b in papers["chronology"].blocks if hasattr(b, "rows") for row in b.rows]
        assert everything == [e.words for e in entries]


def test_an_agencys_file_names_no_adult_whom_another_wrote_down(invented):
    assert "a partner (" in " ".join(strings(by_name(invented)["chronology"]))
    texts = [t for n, p in by_name(invented).items() if n.startswith("agency_") for t in strings(p)]
    assert not [t for t in texts if "First written down since" in t]


def without_hindsight(lesson):
    """The same records, by whoever knows nothing of what came of them: no line, harm, answer or missed."""
    told_nothing = replace(
        lesson.review,
        triggered=None,
        assessed=None,
        protected=None,
        hindsight=False,
        harm_spells=(),
        knowable=None,
        ceiling=None,
        missed=lesson.review.missed.clear(),
        reached={},
        what_if=None,
    )
    asked = tuple(stop.model_copy(update={"answer": ""}) for stop in lesson.lesson.stops)
    blank = lesson.lesson.model_copy(update={"shows": "", "stops": asked})
    return replace(lesson, lesson=blank, review=told_nothing, replayed=None)


def test_no_paper_for_the_class_changes_with_what_only_the_answer_may_say(review, invented):
    for lesson in (review, invented):
        at_stops = stops(lesson)
        unknowing = [replace(s, answer="", least=0, most=0, share=0.0, reached=None) for s in at_stops]
        assert stop_cards(without_hindsight(lesson), unknowing) == stop_cards(lesson, at_stops)
        blind = without_hindsight(lesson)
        others = [*agency_files(blind), merge_exercise(blind), signs_of_safety(blind), reflection_log(blind)]
        for_class = [p for p in papers_of(lesson) if p.held_by == "class"]
        assert [p for p in for_class if p.name != "stop_cards"] == others


def test_a_stop_card_holds_nothing_of_a_later_day_and_not_how_many_there_are(long, review):
    for lesson in (long, review):
        entries, at_stops = written(lesson), stops(lesson)
        cards, texts = [], strings(stop_cards(lesson, at_stops).blocks)
        for text in texts:
            if re.match(r"Stop \d+: ", text):
                cards.append([])
            cards[-1].append(text)
        assert len(cards) == len(at_stops)
        for stop, card in zip(at_stops, cards, strict=True):
            later = {e.words for e in entries if e.step > stop.step} - {
                e.words for e in entries if e.step <= stop.step
            }
            assert not later & set(card)
            assert not [text for text in card if f"of {stop.of}" in text]
        seen = Counter(text for card in cards for text in card)
        until = [e for e in entries if e.step <= at_stops[-1].step]
        assert all(seen[e.words] for e in until)


def test_a_childs_words_are_a_quotation_and_an_adults_are_not(card, tmp_path):
    file = tmp_path / "own.csv"
    file.write_text(
        "Child,Sam\ndate,agency,kind,what,child,child's words,impact\n"
        "2014-06-01,school,hunger,No lunch,Sam,I had nothing,Tired all day\n"
        '2014-06-02,school,hunger,"The father said ""she eats enough""",Sam,,\n',
        encoding="utf-8",
    )
    first, second = written(of_chronology(str(file), card))
    assert quotations(first) == [Quotation("I had nothing", "The child, to the school, 1 Jun 2014")]
    assert quotations(second) == []


def test_who_spoke_is_said_and_a_sibling_is_not_the_child(card, tmp_path):
    file = tmp_path / "own.csv"
    file.write_text(
        "Child,Sam\ndate,agency,kind,what,child,child's words\n2014-06-01,school,hunger,No lunch,Kim,I am hungry\n"
        "2014-06-02,school,hunger,No lunch,Sam,So am I\n",
        encoding="utf-8",
    )
    of_kim, of_sam = written(of_chronology(str(file), card, child="Sam"))
    assert of_kim.words.startswith("About a brother or sister: ")
    assert not of_sam.words.startswith("About")
    assert [q.by for e in (of_kim, of_sam) for q in quotations(e)] == [
        "A brother or sister, to the school, 1 Jun 2014",
        "The child, to the school, 2 Jun 2014",
    ]


def test_each_rule_of_what_was_missed_has_a_practice_that_could_change():
    changes = {rule.change for rule in RULES.values()}
    assert len(changes) == len(RULES)
    assert all(change.endswith(".") for change in changes)


def test_a_certificate_names_nobody(invented, review):
    for lesson in (invented, review):
        text = " ".join(strings(by_name(lesson)["certificate"]))
        names = [*lesson.review.path.record.adults["name"], *lesson.review.path.record.children["given_name"]]
        assert not [name for name in names if name in text and name != "the child"]


def test_the_same_lesson_gives_the_same_bytes(review):
    once, twice = by_name(review), by_name(review)
    assert {n: as_word(p) for n, p in once.items()} == {n: as_word(p) for n, p in twice.items()}


def words_of(document: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        parts = [ElementTree.fromstring(package.read(n)) for n in package.namelist()]  # each is XML
        body = ElementTree.fromstring(package.read("word/document.xml"))
    assert len(parts) >= 7
    return "".join(t.text or "" for t in body.iter() if t.tag.endswith("}t"))


def test_word_says_what_the_page_says(review, invented, long):
    for lesson in (review, invented, long):
        for paper in papers_of(lesson):
            in_word, on_page = words_of(as_word(paper)), as_page(paper, lesson.lesson.title)
            shown = [t for t in strings(paper.blocks) if t not in ("plain", "lead", "small")]
            for text in shown:
                assert text in in_word, (paper.name, text)
            assert on_page.count("<tr") == as_word_rows(paper)


def as_word_rows(paper) -> int:
    """How many rows there are: of the tables with their headings, and one of boxes."""
    grids = sum(1 + len(b.rows) for b in paper.blocks if hasattr(b, "rows"))
    return grids + sum(hasattr(b, "boxes") for b in paper.blocks)


def test_no_text_of_a_chronology_becomes_a_tag_in_either(card, tmp_path):
    hostile = '</w:t><script>alert(1)</script><img src=x onerror="1">{{ 7*7 }}\x07'
    file = tmp_path / "own.csv"
    quoted = '"' + hostile.replace('"', '""') + '"'
    file.write_text(f"date,agency,kind,what\n2014-06-01,school,hunger,{quoted}\n", encoding="utf-8")
    for paper in papers_of(of_chronology(str(file), card)):
        page = as_page(paper, "a")
        assert "<script" not in page
        assert "<img" not in page
        words_of(as_word(paper))


# On paper, as Chromium prints it.


@pytest.fixture(scope="module")
def printed(review, invented, long, tmp_path_factory):
    """Every paper of three lessons as the pages that came out, and how wide its text needed to be."""
    if BROWSER is None:
        pytest.skip("no Chromium or Chrome is installed to print with")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")
    folder, made = tmp_path_factory.mktemp("papers"), {}
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
        tab = opened.new_page()
        for name, lesson in (("review", review), ("invented", invented), ("long", long)):
            for paper in papers_of(lesson):
                file = folder / f"{paper.name}.html"
                file.write_text(as_page(paper, lesson.lesson.title), encoding="utf-8")
                tab.emulate_media(media="print")
                tab.set_viewport_size({"width": 1002 if paper.wide else 673, "height": 900})  # 265 and 178 mm
                tab.goto(file.as_uri())
                too_wide = tab.evaluate(
                    "[...document.querySelectorAll('.paper, .paper *')].filter(e => e.scrollWidth > "
                    "Math.max(e.clientWidth, e.offsetWidth) + 1).map(e => e.outerHTML.slice(0, 80))"
                )
                pdf = pypdf.PdfReader(io.BytesIO(tab.pdf(prefer_css_page_size=True)))
                made[name, paper.name] = (lesson, paper, pdf.pages, too_wide)
        opened.close()
    return made


def test_every_page_is_a4_and_lies_as_its_paper_does(printed):
    for _, paper, pages, _ in printed.values():
        for page in pages:
            size = (round(page.mediabox.width), round(page.mediabox.height))
            assert size == (A4[::-1] if paper.wide else A4), paper.name


def test_nothing_is_wider_than_its_page_and_nothing_is_below_its_margin(printed):
    for _, paper, pages, too_wide in printed.values():
        assert too_wide == [], paper.name
        for page in pages:
            places = []
            page.extract_text(visitor_text=lambda t, cm, tm, *_, to=places: to.append((t, cm, tm)))
            for text, cm, tm in places:
                x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
                if text.strip():
                    assert 0 <= x <= page.mediabox.width, (paper.name, text)
                    assert 0 <= y <= page.mediabox.height, (paper.name, text)


def test_no_page_holds_one_row_of_a_table(printed):
    seen = 0
    for (name, _), (lesson, paper, pages, _) in printed.items():
        if name != "long" or not (paper.name.startswith("agency_") or paper.name == "chronology"):
            continue
        rows = [len(set(re.findall(r"mark\d{3}x", page.extract_text()))) for page in pages]
        with_words = [
            n for n, page in zip(rows, pages, strict=True) if n or "xxxxxxxx" not in page.extract_text()
        ]
        assert sum(rows) >= len(written(lesson)) / 4 - 1
        assert 1 not in with_words, (paper.name, rows)
        seen += len(pages)
    assert seen > 20


MM = 72 / 25.4
BLANK = ("merge_exercise", "seven_minute_briefing")
"""Papers that have a table to fill in, of which a page may hold the headings only."""
FOOT_MM = 15.5
"""Above the footer, which stands in the margin."""


def pieces(page) -> list[tuple[str, float]]:
    """The pieces of text on a page above its footer, each with its height above the foot in millimetres."""
    placed = []
    page.extract_text(visitor_text=lambda t, cm, tm, *_: placed.append((t.strip(), tm[5] * cm[3] + cm[5])))
    return [(text, up / MM) for text, up in placed if text and up / MM > FOOT_MM]


def test_no_page_holds_nothing_but_lines_to_write_on(printed):
    for (name, _), (_, paper, pages, _) in printed.items():
        for number, page in enumerate(pages, start=1):
            words = " ".join(text for text, _ in pieces(page)).split()
            least = 10 if paper.name in BLANK else 25
            assert len(words) >= least, (name, paper.name, number, words)


def test_no_heading_stands_at_the_foot_of_a_page(printed):
    for (name, _), (_, paper, pages, _) in printed.items():
        headings = {block.text for block in paper.blocks if isinstance(block, Heading)}
        columns = {" ".join(block.headings) for block in paper.blocks if isinstance(block, Grid)}
        for number, page in enumerate(pages, start=1):
            lowest, _ = min(pieces(page), key=lambda piece: piece[1])
            assert lowest not in headings, (name, paper.name, number)
            assert paper.name in BLANK or lowest not in columns, (name, paper.name, number)


def test_lines_to_write_on_stand_below_what_asks_for_them_on_its_page(printed):
    seen = 0
    for (name, _), (_, paper, pages, _) in printed.items():
        asked = [block for block in paper.blocks if isinstance(block, Lines) and block.ask]
        begins = {lines.ask[:20] for lines in asked}
        there = [up for page in pages for text, up in pieces(page) if text[:20] in begins]
        assert len(there) == len(asked), (name, paper.name)
        for lines, up in zip(asked, there, strict=True):
            assert up - LINE_MM * lines.n > FOOT_MM, (name, paper.name, lines)
        seen += len(asked)
    assert seen > 50


def test_no_word_is_broken(printed):
    for (name, _), (_, paper, pages, _) in printed.items():
        on_paper = set(re.findall(r"[\w'’]+", " ".join(page.extract_text() for page in pages)))
        texts = " ".join(t for t in strings(paper.blocks) if t not in ("plain", "lead", "small"))
        words = {w for w in re.findall(r"[\w'’]+", texts) if len(w) < 30}
        assert words <= on_paper, (name, paper.name, words - on_paper)


def test_one_sheet_is_one_sheet(printed):
    for (name, paper_name), (lesson, _, pages, _) in printed.items():
        if paper_name in ("signs_of_safety", "reflection_log", "certificate", "seven_minute_briefing"):
            assert len(pages) == 1, (name, paper_name)
        if paper_name == "stop_cards" and name != "long":
            assert len(pages) == len(stops(lesson)), name


# The folder, and the command.


def test_the_command_writes_every_paper_in_word_and_to_print_and_says_which(tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "browser", lambda: None)
    done = command("pack", "norfolk_review", "--papers", "P", cwd=tmp_path)
    assert done.returncode == 0
    assert "no Chromium or Chrome was found" in " ".join(done.stdout.split())
    files = {file.name for file in (tmp_path / "P").iterdir()}
    stems = ALWAYS | {f"agency_{a}" for a in ("police", "childline", "childrens_services", "unspecified")}
    assert files == {f"{stem}.{kind}" for stem in stems for kind in ("docx", "html")}
    assert (tmp_path / "norfolk_review.html").is_file()
    again = command("pack", "norfolk_review", "--papers", "P", "--out", "b.html", cwd=tmp_path)
    assert again.returncode == 2
    assert "P: already exists" in again.stderr
    assert not (tmp_path / "b.html").exists()


@pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome is installed to print with")
def test_where_a_browser_prints_there_are_pdfs_and_no_pages(tmp_path):
    page = tmp_path / "one.html"
    page.write_text("<!doctype html><title>a</title><p>One", encoding="utf-8")
    assert printing.print_all([page], tmp_path)
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF")


def test_a_browser_that_prints_nothing_leaves_nothing_and_pages_are_written(review, tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "browser", lambda: shutil.which("true"))
    with paper_folder(review, tmp_path / "P") as (n, is_pdf):
        assert not is_pdf
    files = [file.suffix for file in (tmp_path / "P").iterdir()]
    assert Counter(files) == {".docx": n, ".html": n}


def test_nothing_is_half_written(review, tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "browser", lambda: None)

    def fails():
        with paper_folder(review, tmp_path / "P"):
            raise InputError("the page cannot be written")

    with pytest.raises(InputError, match="the page cannot be written"):
        fails()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("out", ["P", "P/page.html"])
def test_the_page_is_not_where_the_papers_are_to_come(tmp_path, out):
    done = command("pack", "norfolk_review", "--papers", "P", "--out", f"{out}", cwd=tmp_path)
    assert done.returncode == 2
    assert list(tmp_path.iterdir()) == []
