"""Plain words: what a trainer or a class reads has no jargon, blames nobody, and says no more than is so.

The words that are refused stand in `words_refused.csv`, each with what to say instead: of `trainers`, in what
a trainer or a class reads; `everywhere`, in what a researcher reads too.
"""

import csv
import html
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from typer.main import get_command

from command import risk
from risk import cli, show
from risk.show.packs.lesson import lesson_names, of_chronology, read_lesson, told
from risk.show.packs.lesson_file import as_toml
from risk.show.packs.notes import BEFORE

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
REFUSED = list(csv.DictReader((HERE / "words_refused.csv").read_text(encoding="utf-8").splitlines()))
FOR_TRAINERS = ("00_start_here", "01_the_moment", "07_make_your_own_case")
FOR_MANAGERS_TOO = (*FOR_TRAINERS, "06_how_long_above_the_line")
TRAINERS_COMMANDS = ("demo", "review", "pack", "chronology", "lab")
OF_A_CHART = ("title", "subtitle", "text", "description", "labels", "legend")


def refused(text: str, *, everywhere: bool = False) -> list[str]:
    """The refused words in a text, each with what to say instead."""
    words = " ".join(text.lower().split())
    return [
        f"{row['word']}: say {row['say instead']}"
        for row in REFUSED
        if (row["where"] == "everywhere" or not everywhere)
        and re.search(rf"\b{re.escape(row['word'])}\b", words)
    ]


def words_of(page: str) -> str:
    """What a page shows: its text, and the words of its charts; no script, no style, no name of a field."""
    charts = [
        json.loads(html.unescape(spec))
        for spec in re.findall(r"<script type=\"application/json\"[^>]*>(.*?)</script>", page, re.S)
    ]
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", page, flags=re.S)
    labels = re.findall(r'(?:aria-label|title|alt)="([^"]*)"', text)
    return html.unescape(
        " ".join([re.sub(r"<[^>]+>", " ", text), *labels, *(w for c in charts for w in in_chart(c))])
    )


def in_chart(part: object, key: str = "") -> Iterator[str]:
    """The texts in the specification of a chart that are shown."""
    if isinstance(part, dict):
        for name, inner in part.items():
            yield from in_chart(inner, name)
    elif isinstance(part, list):
        for inner in part:
            yield from in_chart(inner, key)
    elif isinstance(part, str) and key in OF_A_CHART:
        yield part


@pytest.mark.parametrize("name", lesson_names())
def test_the_pack_of_a_shipped_lesson_uses_plain_words(name, card):
    of = told(read_lesson(name), card)
    assert refused(words_of(show.pack(of))) == []
    assert refused(as_toml(of)) == []


def test_the_pack_of_a_case_of_ones_own_uses_plain_words(card):
    of = of_chronology(str(ROOT / "notebooks" / "my_case.csv"), card)
    assert refused(words_of(show.pack(of))) == []
    assert refused(as_toml(of)) == []


@pytest.mark.parametrize("name", lesson_names())
def test_the_file_of_a_shipped_lesson_uses_plain_words(name):
    text = (files("risk.show.packs") / "lessons" / f"{name}.toml").read_text(encoding="utf-8")
    assert refused(text) == []


def test_the_demo_and_its_page_use_plain_words(tmp_path):
    shown = risk("demo", "--out", "demo", cwd=tmp_path).stdout
    assert refused(shown) == []
    page = (tmp_path / "demo" / "demo.html").read_text(encoding="utf-8")
    assert refused(words_of(page)) == []


@pytest.mark.parametrize("more", [(), ("--full",)], ids=("on one screen", "in full"))
@pytest.mark.parametrize(
    "words",
    [("norfolk_review",), ("data/synthetic/england_2014", "--child", "448", "--no-ceiling")],
    ids=("a case", "a child"),
)
def test_a_review_uses_plain_words(words, more):
    done = risk("review", *words, *more, cwd=ROOT)
    assert done.returncode == 0
    assert refused(done.stdout) == []


def commands() -> list[tuple[str, str]]:
    """Each command, and its help as it is written: of its arguments and options too."""
    found = []
    for name, command in get_command(cli.app).commands.items():
        for each in (command, *getattr(command, "commands", {}).values()):
            helps = [each.help or "", *(getattr(p, "help", None) or "" for p in each.params)]
            found.append((name, " ".join(helps)))
    return found


def test_the_help_of_every_command_uses_plain_words_and_a_trainers_the_plainest():
    for name, text in commands():
        assert refused(text, everywhere=name not in TRAINERS_COMMANDS) == [], name


@pytest.mark.parametrize(
    "path", sorted((ROOT / "notebooks" / "src").glob("*.py")), ids=lambda path: path.stem
)
def test_a_notebook_uses_plain_words(path):
    words = [line[1:] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    assert refused("\n".join(words), everywhere=path.stem not in FOR_MANAGERS_TOO) == []


@pytest.mark.parametrize("name", FOR_MANAGERS_TOO)
def test_what_a_trainers_notebook_shows_uses_plain_words(name):
    notebook = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    shown = [o["data"] for cell in notebook["cells"] for o in cell.get("outputs", ()) if "data" in o]
    words = ["".join(data["text/plain"]) for data in shown]
    assert len(words) >= 5
    assert refused("\n".join(words)) == []


MOST_WORDS = 30
ENDS = re.compile(r"(?<=[.?!])[)*]*\s+(?=[^a-z])")


def sentences(text: str) -> list[str]:
    """The sentences of a text, without the marks of Markdown."""
    return ENDS.split(" ".join(re.sub(r"[*_]|^\s*#+", " ", text, flags=re.M).split()))


def long_ones(*texts: str) -> list[str]:
    return [s for text in texts for s in sentences(text) if len(s.split()) > MOST_WORDS]


@pytest.mark.parametrize("name", lesson_names())
def test_the_sentences_of_a_shipped_lesson_are_short(name):
    lesson = read_lesson(name)
    asked = [words for stop in lesson.stops for words in (stop.ask, stop.answer)]
    assert long_ones(lesson.title, *asked, *lesson.questions, lesson.shows) == []


@pytest.mark.parametrize("name", FOR_TRAINERS)
def test_the_sentences_of_a_trainers_notebook_are_short(name):
    source = (ROOT / "notebooks" / "src" / f"{name}.py").read_text(encoding="utf-8")
    cells = [cell for cell in source.split("# %%") if cell.startswith(" [markdown]")]
    paragraphs = [p for cell in cells for p in re.split(r"^#\s*$|^# - ", cell[11:], flags=re.M)]
    assert long_ones(*paragraphs) == []


def test_what_a_facilitator_reads_is_in_short_sentences():
    assert long_ones(*BEFORE) == []


def test_a_long_sentence_is_found():
    long = "Two" + " and two" * MOST_WORDS + "."
    assert long_ones(f"One. {long} Three.") == [long]


def test_a_word_is_found_whole_whatever_its_letters_and_wherever_the_line_breaks():
    assert refused("The worker Failed\nto ask.") == ["failed to: say there is no record that"]
    assert refused("Subjective, landmarks, regressions") == []
    assert refused("An AUC of .9", everywhere=True) == []
    assert len(refused("An AUC of .9")) == 1


def test_every_word_that_is_refused_has_something_to_say_instead():
    assert all(row["say instead"] and row["where"] in ("trainers", "everywhere") for row in REFUSED)
    assert len({row["word"] for row in REFUSED}) == len(REFUSED)
    for row in REFUSED:
        assert not refused(row["say instead"]), row
