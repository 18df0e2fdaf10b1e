"""A cohort of several authorities: every household is in one of them, and each sends its own return."""

from pathlib import Path

import polars as pl
import pytest

from cin_rules import ERRORS, Census, broken
from command import risk
from conftest import simulated
from risk.core.errors import InputError
from risk.national.returns.authorities import AUTHORITIES, of_authority, write_each
from risk.national.returns.cin_census import write_xml
from risk.national.returns.years import StatutoryYear
from risk.records.partitions import Chosen, each_part

YEAR = StatutoryYear(2024)


@pytest.fixture(scope="module")
def cohort():
    return simulated("england_2025", 1_500, years=6)


def test_every_household_is_in_one_authority_with_all_that_is_about_it(cohort):
    shares = [of_authority(nth, 3, cohort) for nth in range(3)]
    for name, table in cohort.tables().items():
        parts = pl.concat(share.tables()[name] for share in shares)
        assert parts.sort(parts.columns).equals(table.sort(table.columns)), name
    for share in shares:
        homes = set(share.record.households["household_id"])
        assert set(share.record.children["household_id"]) <= homes
        assert set(share.record.events["household_id"]) <= homes


def test_neighbours_are_in_one_authority(cohort):
    for nth in range(3):
        areas = of_authority(nth, 3, cohort).record.households["area"]
        assert set(areas % 3) == {nth}


def test_each_authority_sends_a_census_of_its_own_that_breaks_no_rule(cohort, tmp_path):
    def write(homes, authority: str, path: Path) -> None:
        write_xml(homes, cohort.made, YEAR, path, authority=authority)

    write_each(tmp_path / "out", [cohort], 2, ".xml", write)
    write_xml([cohort], cohort.made, YEAR, tmp_path / "whole.xml")
    sent = {p.stem: Census.read(p) for p in sorted((tmp_path / "out").iterdir())}
    assert list(sent) == list(AUTHORITIES[:2])
    ids = [id for census in sent.values() for id in census.all("ChildIdentifiers.LAchildID")]
    assert sorted(ids) == sorted(Census.read(tmp_path / "whole.xml").all("ChildIdentifiers.LAchildID"))
    for code, census in sent.items():
        assert not set(broken(census)) & set(ERRORS)
        assert f"<LEA>{code}</LEA>" in (tmp_path / "out" / f"{code}.xml").read_text(encoding="utf-8")


def test_an_authority_with_nothing_to_send_leaves_nothing_behind(tmp_path):
    cohort = simulated("england_2025", 3)
    with pytest.raises(InputError, match=r"out: authority 00\d of 5: no child of this cohort is in scope"):
        write_each(
            tmp_path / "out",
            [cohort],
            5,
            ".xml",
            lambda homes, authority, path: write_xml(homes, cohort.made, YEAR, path, authority=authority),
        )
    assert list(tmp_path.iterdir()) == []


def test_the_folder_on_disk_and_the_cohort_in_memory_give_the_same_shares(cohort, tmp_path):
    cohort.write(tmp_path / "cohort")

    def households(parts) -> list[int]:
        chosen = Chosen(parts, lambda part: of_authority(1, 4, part))
        ids = list(each_part(lambda part: part.record.households["household_id"].to_list(), chosen))
        return [id for part in ids for id in part]

    assert households(tmp_path / "cohort") == households(cohort) != []


def test_the_command_writes_a_folder_of_authorities_and_refuses_what_is_no_return(cohort, tmp_path):
    cohort.write(tmp_path / "cohort")

    def export(*words: str):
        return risk("export", str(tmp_path / "cohort"), "--out", str(tmp_path / "out"), *words)

    refused = export("--format", "csv", "--authorities", "2")
    assert (refused.returncode, "csv holds the whole cohort" in refused.stderr) == (2, True)
    assert not (tmp_path / "out").exists()
    done = export("--format", "annex-a", "--on", "31 March 2024", "--authorities", "2")
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["001.xlsx", "002.xlsx"]
