"""The synonyms' file: what an editor writes into it is checked, and a mistake is named by its cell."""

import re
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
        schema=["row", "noun", "written", "meaning", "source"],
        orient="row",
    )
    monkeypatch.setattr(synonyms, "read_table", lambda *_: table)
    return synonyms.listed.__wrapped__()


def test_a_row_adds_a_text_that_is_read_as_its_meaning_or_is_answered_with_the_choice(monkeypatch):
    found = read(monkeypatch, "kind,hangry,hunger,mine\nkind,bad,hunger or supervision,mine\n")
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
        read(monkeypatch, row + ",mine\n")


WORDS = pl.read_csv(Path(__file__).with_name("words_people_write.csv"), infer_schema=False).fill_null("")


def test_nine_in_ten_of_the_words_that_people_write_are_understood_and_none_is_misread():
    """A word that may mean several things is understood if it is answered with those."""
    read = [
        " or ".join(synonyms.readings(noun, text)) for noun, text in WORDS.select("noun", "written").rows()
    ]
    wrong = WORDS.with_columns(read=pl.Series(read)).filter(
        pl.col("read") != "", pl.col("read") != pl.col("right")
    )
    assert wrong.is_empty(), wrong
    understood = WORDS.with_columns(read=pl.Series(read) != "").filter(pl.col("right") != "")["read"]
    assert understood.mean() > 0.9
    one_each = (
        WORDS.filter(~pl.col("right").str.contains(" or "), pl.col("right") != "").height / WORDS.height
    )
    assert one_each > 0.85


@pytest.mark.parametrize(
    ("noun", "text", "near"),
    [
        ("kind", "Removal of a child", "police_protection' or 'became_looked_after'$"),
        ("kind", "A fractured elbow", "'physical_harm'$"),
        ("kind", "Disclosing things", "'physical_harm' or 'sexual_abuse_indicator' or 'emotional_harm'$"),
        ("kind", "Evictions loom", "'homelessness'$"),
        ("kind", "Unicycle", r"^unknown kind; 'other_concern' lists what has no word here; the .. valid words are explained in the template .*, sheet 'Words'$"),
        ("agency", "Zookeeper", "^unknown agency; 'other_agency' lists what has no word here; valid words are"),
        ("kind", "Referral and NFA", "^may be referral or no_further_action; write which, or a row for each kind$"),
    ],
)  # fmt: skip
def test_a_word_not_understood_is_answered_with_what_is_near_in_meaning_or_with_none(noun, text, near):
    assert re.search(near, synonyms.not_understood(noun, text))
