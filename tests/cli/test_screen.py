"""The screen: the answer first, on one screen, whatever a command has to say; all of it with --full."""

import json
import random
from math import ceil
from pathlib import Path

import polars as pl
import pytest

from command import risk
from risk import Cohort
from risk.cli import print_screen
from risk.cli.console import out
from risk.cli.options import CASES

SAMPLES = sorted(p.parent for p in Path(__file__).parents[2].glob("data/synthetic/*/datapackage.json"))
LINES = 24
ROWS_OF_A_REVIEW = ("The day", "How sure", "Who held it", "Missed")


@pytest.fixture
def width(monkeypatch):
    """The narrowest of terminals; what is given to a screen of any width is tested below."""
    monkeypatch.setattr(out, "_width", 80)
    return 80


def on_one_screen(shown: str, width: int) -> bool:
    """Whether it is, as a terminal of this width shows it."""
    return sum(max(ceil(len(line) / width), 1) for line in shown.splitlines()) <= LINES


def children_of(folder: Path, n: int) -> list[int]:
    """Of a cohort, those of whom most was written, and as many others."""
    events = Cohort.read(folder).record.events.group_by("household_id").len()
    children = Cohort.read(folder).record.children.join(events, on="household_id", how="left")
    most = children.sort(pl.col("len").fill_null(0), "child_id", descending=True)["child_id"]
    return [*most.head(n), *most.gather_every(max(len(most) // n, 1))]


def reviewed(*words: str) -> tuple[str, str]:
    """What a command prints, and what it prints with --full."""
    both = [risk(*words, *more) for more in ((), ("--full",))]
    assert [done.returncode for done in both] == [0, 0], both[0].stderr + both[1].stderr
    return both[0].stdout, both[1].stdout


@pytest.mark.parametrize("case", CASES)
def test_every_shipped_chronology_is_answered_on_one_screen_and_all_of_it_comes_with_full(case, width):
    brief, full = reviewed("review", case)
    assert on_one_screen(brief, width)
    assert all(f"\n{heading}" in brief for heading in ROWS_OF_A_REVIEW)
    assert f"risk pack {case}" in brief
    assert "What was written down, and the points it brought" in full
    assert "Missed opportunities:" in full
    assert "What was written down" not in brief
    n_events = len(json.loads(risk("review", case, "--json").stdout)["events"])
    assert f"│ {n_events} " in full


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda folder: folder.name)
def test_every_sample_cohort_is_answered_on_one_screen_and_all_of_it_comes_with_full(folder, width):
    brief, full = reviewed("review", str(folder), "--no-ceiling")
    assert on_one_screen(brief, width)
    assert f"risk review {folder} --child" in brief
    assert "Missed opportunities" in full
    assert "the longest waits" in full


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda folder: folder.name)
def test_children_of_a_sample_the_fullest_files_among_them_are_each_answered_on_one_screen(folder, width):
    for child in children_of(folder, 2):
        brief = risk("review", str(folder), "--child", str(child), "--no-ceiling").stdout
        if brief:  # of whom anything was written
            assert on_one_screen(brief, width), brief
            assert all(f"\n{heading}" in brief for heading in ROWS_OF_A_REVIEW)


def test_the_screen_says_the_day_that_the_document_has(width):
    child = next(c for c in children_of(SAMPLES[0], 2) if '"assessed_on": {' in document(SAMPLES[0], c))
    found = json.loads(document(SAMPLES[0], child))
    brief = " ".join(risk("review", str(SAMPLES[0]), "--child", str(child), "--no-ceiling").stdout.split())
    for on in (found["triggered_on"]["earliest"], found["assessed_on"]["earliest"]):
        year, month, day = on.split("-")
        names = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ]
        assert f"{int(day)} {names[int(month) - 1]} {year}" in brief


def document(folder: Path, child: int) -> str:
    return risk("review", str(folder), "--child", str(child), "--no-ceiling", "--json").stdout


def test_the_demo_answers_on_one_screen_and_names_its_page(tmp_path, width):
    brief = risk("demo", "--out", "demo", cwd=tmp_path).stdout
    assert on_one_screen(brief, width), brief
    assert all(f"\n{heading}" in brief for heading in ROWS_OF_A_REVIEW)
    assert "Open demo/demo.html in a browser" in brief
    full = risk("demo", "--out", "demo", "--force", "--full", cwd=tmp_path).stdout
    assert "points for the newest record of each line" in full
    assert "What was written down, and the points it brought" in full
    assert "Open demo/demo.html in a browser" in full


@pytest.mark.parametrize(
    "words",
    [
        ("describe",),
        ("evaluate", "--no-challengers"),
    ],
    ids=" ".join,
)
def test_every_other_report_of_a_cohort_is_answered_on_one_screen(words, width):
    brief, full = reviewed(words[0], str(SAMPLES[0]), *words[1:])
    assert on_one_screen(brief, width), brief
    assert "--full" in brief
    assert len(full.splitlines()) > LINES


@pytest.mark.parametrize("seed", range(40))
def test_nothing_that_it_is_given_makes_a_screen_longer_or_wider(seed, capsys, monkeypatch):
    draw = random.Random(seed)
    monkeypatch.setattr(out, "_width", draw.choice([80, 90, 100, 200]))

    def text() -> str:
        return " ".join("x" * draw.randint(1, 12) for _ in range(draw.choice([1, 5, 30, 400])))

    rows = [
        (text()[:30], [text() for _ in range(draw.choice([0, 1, 3, 60]))])
        for _ in range(draw.choice([1, 9, 40]))
    ]
    print_screen(text(), rows, *(text() for _ in range(3)))
    assert on_one_screen(capsys.readouterr().out, 100)


def test_what_there_is_no_room_for_is_counted(capsys, monkeypatch):
    monkeypatch.setattr(out, "_width", 80)
    print_screen(
        "Title", [("Missed", [f"Number {n} of very many, each of them a line." for n in range(200)])]
    )
    shown = capsys.readouterr().out
    last = int(shown.rpartition("Number ")[2].split()[0])
    assert f"… and {199 - last} more." in " ".join(shown.split())


def test_a_path_is_never_broken_so_that_it_can_be_copied(capsys, monkeypatch):
    monkeypatch.setattr(out, "_width", 80)
    path = "/".join(["a-folder"] * 15)
    print_screen("Title", [("Day", ["Never."])], f"Page: risk pack {path} --child 5")
    assert path in capsys.readouterr().out
