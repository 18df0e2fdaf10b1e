"""Data files: what an analyst may edit is checked at each reading, and a mistake in it is named by its cell."""

import sys
from datetime import date

import polars as pl
import pytest

from risk.core.data_files import read_table, read_words
from risk.core.errors import InputError

COLUMNS = {"on": pl.Date(), "kind": pl.Enum(["hunger", "supervision"]), "n": pl.Int64(), "note": pl.String()}


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of one's own, by its name, into which a test writes a data file."""
    (tmp_path / "analyst").mkdir()
    (tmp_path / "analyst" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield lambda text, encoding="utf-8": (tmp_path / "analyst" / "mine.csv").write_text(text, encoding)
    sys.modules.pop("analyst", None)


def table() -> pl.DataFrame:
    return read_table("analyst", "mine.csv", COLUMNS, may_be_empty=["note"])


def test_a_data_file_is_read_as_its_columns_say_with_the_row_that_an_editor_shows(package):
    package('on,kind,n,note\n2014-04-18,hunger,3,"a note, in\ntwo lines"\n\n,,,\n2014-04-19,supervision,4,\n')
    assert table().rows() == [
        (3, date(2014, 4, 18), "hunger", 3, "a note, in\ntwo lines"),
        (6, date(2014, 4, 19), "supervision", 4, None),
    ]


def test_a_data_file_that_excel_saved_as_utf_8_is_read(package):
    package("on,kind,n,note\r\n2014-04-18,hunger,3,café\r\n", "utf-8-sig")
    assert table()["note"].to_list() == ["café"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2014-04-18,hungr,3,", "^mine.csv, row 3, column kind: 'hungr': unknown kind 'hungr'; the nearest valid word is 'hunger'$"),
        ("18/04/2014,hunger,3,", "^mine.csv, row 3, column on: '18/04/2014': is no day as 2014-04-18$"),
        ("2014-04-18,hunger,three,", "^mine.csv, row 3, column n: 'three': is no number$"),
        ("2014-04-18,,3,", "^mine.csv, row 3, column kind: '': is empty; every row has one$"),
        ("2014-04-18,hunger,3", "^mine.csv, row 3: 3 cells: a row has 4 cells"),
        ("2014-04-18,hunger,3,a, b", "^mine.csv, row 3: 5 cells: .* a text with a comma stands in quotation marks"),
        ('2014-04-18,hunger,3,"a', "^mine.csv: not a CSV file"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_data_file_names_the_row_the_column_the_value_and_the_rule(package, row, message):
    package(f"on,kind,n,note\n2014-04-17,hunger,3,\n{row}\n")
    with pytest.raises(InputError, match=message):
        table()


@pytest.mark.parametrize(
    ("text", "encoding", "message"),
    [
        ("on,kind,note\n", "utf-8", "^mine.csv, row 1: on,kind,note; the columns are on,kind,n,note$"),
        ("", "utf-8", "^mine.csv: not a CSV file with a row of headings"),
        (
            "on,kind,n,note\n2014-04-18,hunger,3,café",
            "cp1252",
            "^mine.csv: byte 38 is not UTF-8; .*CSV UTF-8",
        ),
    ],
)
def test_a_data_file_that_is_none_says_what_is_wrong_with_the_whole(package, text, encoding, message):
    package(text, encoding)
    with pytest.raises(InputError, match=message):
        table()


WORDS = {"sex": ["female", "male"], "otherwise": ["sex"]}


def words() -> dict[str, dict[str, str]]:
    return read_words("analyst", "mine.csv", ("table", "word", "code"), WORDS, "note")


def test_words_come_in_the_order_of_their_vocabulary_whatever_the_files_order(package):
    package("table,word,code,note\notherwise,sex,U,\nsex,male,M,\nsex,female,F,as the census\n")
    assert str(words()) == "{'sex': {'female': 'F', 'male': 'M'}, 'otherwise': {'sex': 'U'}}"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("sex,female,F,\nsex,men,M,\n", "^mine.csv, row 3, column word: 'men': unknown word of sex 'men'; the nearest valid word is 'male'$"),
        ("sex,female,F,\nsex,female,F,\n", "^mine.csv, row 3, column word: 'female': is there twice for sex; each word has one row$"),
        ("sex,female,F,\notherwise,sex,U,\n", "^mine.csv: sex lacks male; each word has a row$"),
        ("sexes,female,F,\n", "^mine.csv, row 2, column table: 'sexes': unknown table"),
    ],
)  # fmt: skip
def test_a_word_that_is_unknown_twice_or_missing_is_refused(package, rows, message):
    package(f"table,word,code,note\n{rows}")
    with pytest.raises(InputError, match=message):
        words()
