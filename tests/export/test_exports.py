"""The export command as its users meet it: formats, years, and what it refuses."""

import json
from pathlib import Path

import pytest

from cin_rules import Census
from command import risk
from risk.core.errors import InputError
from risk.records.new_file import whole_file


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A cohort from 5 April 2010, of two years."""
    path = tmp_path_factory.mktemp("exports") / "cohort"
    made = ("generate", "norfolk_review", "--households", "60", "--years", "3", "--out", str(path))
    assert risk(*made).returncode == 0
    return path


def export(folder: Path, out: Path, *words: str):
    return risk("export", str(folder), "--out", str(out), *words)


def test_the_census_is_one_xml_file(folder, tmp_path):
    done = export(folder, tmp_path / "cin.xml", "--format", "cin-census", "--year", "2012")
    assert done.returncode == 0, done.stderr
    assert "Wrote" in done.stdout
    assert len(Census.read(tmp_path / "cin.xml").children) > 10
    assert [p.name for p in tmp_path.iterdir()] == ["cin.xml"]


def test_the_census_as_csv_is_a_folder_that_says_what_it_is(folder, tmp_path):
    done = export(folder, tmp_path / "cin", "--format", "cin-csv", "--year", "2012")
    assert done.returncode == 0, done.stderr
    assert "SYNTHETIC" in (tmp_path / "cin" / "README.txt").read_text()
    assert [p.name for p in tmp_path.iterdir()] == ["cin"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--format", "cin-sensus", "--year", "2012"), "'cin-census'"),
        (("--format", "cin-census", "--year", "2019"), "holds the whole of 2011 to 2012"),
        (("--format", "cin-census", "--year", "2010"), "holds the whole of 2011 to 2012"),
        (("--format", "cin-census"), "--year is missing"),
        (("--format", "annex-a"), "--on is missing"),
    ],
)
def test_a_mistake_is_told_and_leaves_nothing_behind(folder, tmp_path, words, says):
    done = export(folder, tmp_path / "out", *words)
    assert done.returncode == 2
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("to_format", ["cin-census", "cin-csv"])
def test_nothing_is_overwritten(folder, tmp_path, to_format):
    (tmp_path / "out").write_text("mine")
    done = export(folder, tmp_path / "out", "--format", to_format, "--year", "2012")
    assert done.returncode == 2
    assert "already exists" in done.stderr
    assert (tmp_path / "out").read_text() == "mine"


def test_a_folder_that_is_no_cohort_is_told(tmp_path):
    done = export(tmp_path, tmp_path / "out", "--format", "cin-census", "--year", "2012")
    assert done.returncode == 2
    assert "not a cohort" in done.stderr


def test_a_file_is_whole_or_absent(tmp_path):
    path = tmp_path / "deep" / "file.xml"

    def stops() -> None:
        with whole_file(path) as draft:
            draft.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stops()
    assert list(path.parent.iterdir()) == []
    with whole_file(path) as draft:
        draft.write_text("whole")
        assert not path.exists()
    assert path.read_text() == "whole"
    assert list(path.parent.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be written"), whole_file(tmp_path / "file" / "below.xml"):
        pass


def test_describe_counts_the_children_of_a_year(folder):
    done = risk("describe", str(folder), "--year", "2012", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["year"], found["from_on"]) == (2012, "2011-04-01")
    assert {row["name"]: row["children"] for row in found["rows"]}["referral"] > 10
    assert "holds the whole of" in risk("describe", str(folder), "--year", "2019").stderr
    assert "one at a time" in risk("describe", str(folder), "--year", "2012", "--patterns").stderr
    assert "only for a cohort" in risk("describe", "england_2014", "--year", "2012").stderr


def test_a_cohort_says_which_statutory_years_it_holds_and_a_return_of_another_says_so(tmp_path):
    made = risk(
        "generate", "england_2025", "--households", "20", "--years", "6", "--out", str(tmp_path / "c")
    )
    assert made.returncode == 0, made.stderr
    assert "2022 to 2026" in made.stdout
    done = export(tmp_path / "c", tmp_path / "out", "--format", "cin-census", "--year", "2027")
    assert done.returncode == 2
    assert "2020-04-06 to 2026-04-05 holds the whole of 2022 to 2026" in done.stderr
