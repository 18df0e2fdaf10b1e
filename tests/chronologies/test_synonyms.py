"""The synonyms' file: what an editor writes into it is checked, and a mistake is named by its cell."""

from pathlib import Path

import polars as pl
import pytest

import risk.chronologies.synonyms as synonyms
from risk.core.errors import InputError

SHIPPED = Path(synonyms.__file__).with_name("synonyms.csv").read_text(encoding="utf-8")


def read(monkeypatch, rows: str) -> dict:
    """What the synonyms are with rows of an editor's own below the shipped ones."""
    cells = [line.split(",") for line in (SHIPPED + rows).splitlines()[1:]]
    table = pl.DataFrame(
        [(n, *row) for n, row in enumerate(cells, start=2)],
        schema=["row", "noun", "written", "meaning"],
        orient="row",
    )
    monkeypatch.setattr(synonyms, "read_table", lambda *_: table)
    return synonyms.listed.__wrapped__()


def test_a_row_adds_a_text_that_is_read_as_its_meaning_or_is_answered_with_the_choice(monkeypatch):
    found = read(monkeypatch, "kind,hangry,hunger\nkind,bad,hunger or supervision\n")
    assert found["kind"]["hangry"] == ("hunger",)
    assert found["kind"]["bad"] == ("hunger", "supervision")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("kind,hangry,hungr", "column meaning: 'hungr': unknown kind 'hungr'; the nearest valid word is 'hunger'$"),
        ("kind,bad,hunger or thirst", "column meaning: 'hunger or thirst': unknown kind 'thirst'"),
        ("child,us,hunger", "column meaning: 'hunger': unknown child 'hunger'; valid words are everybody$"),
        ("kind,S47,hunger", "column written: 'S47': means section_47_enquiry by row \\d+; a text has one meaning$"),
        ("kind,Supervision,hunger", "column written: 'Supervision': means supervision by the vocabulary itself; a"),
        ("kind,neglect,hunger", "column written: 'neglect': means hunger or home_conditions or supervision by row"),
    ],
)  # fmt: skip
def test_a_row_that_means_nothing_or_a_second_thing_is_refused(monkeypatch, row, message):
    with pytest.raises(InputError, match=f"^synonyms.csv, row {len(SHIPPED.splitlines()) + 1}, {message}"):
        read(monkeypatch, row + "\n")
