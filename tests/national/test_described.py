"""The descriptions: a return's folder says of each column that its files have what it means, and of no other."""

import json
from datetime import datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from by_hand import history, on, truth
from risk.national.returns.annex_a import write_annex_a
from risk.national.returns.annex_a_headings import headings
from risk.national.returns.cin_census import write_csvs
from risk.national.returns.ssda903 import write_ssda903
from risk.national.returns.years import StatutoryYear
from risk.records.cohort import Cohort

LINES = (
    "1 referral police 2023-05-01",
    "1 assessment_started childrens_services 2023-05-02 answers=0",
    "1 accommodated_s20 childrens_services 2023-06-01 answers=1",
)
MADE = {"scenario": "by_hand", "seed": 1}
DAYS = {"default": "%Y-%m-%d"}


@pytest.mark.parametrize("ending", [2024, 2025])
def test_a_package_describes_the_columns_that_its_files_have(ending, tmp_path):
    cohort = Cohort(history(*LINES, to_on="2026-01-01"), truth(), MADE)
    for write in (write_csvs, write_ssda903):
        folder = tmp_path / write.__name__
        write([cohort], MADE, StatutoryYear(ending), folder)
        package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        resources = {r["path"]: r for r in package["resources"]}
        assert set(resources) == {f.name for f in folder.glob("*.csv")}
        for path, resource in resources.items():
            agrees(folder / path, resource)


def agrees(file: Path, resource: dict) -> None:
    """Hold a file against what is said of it: columns, rows, and that its cells and examples are of their type."""
    table = pl.read_csv(file, infer_schema=False)
    fields = resource["schema"]["fields"]
    assert table.columns == [f["name"] for f in fields]
    assert table.height == resource["rows"]
    for field in fields:
        assert field["description"]
        cells = table[field["name"]].drop_nulls().to_list()
        if field["type"] == "date":
            form = field.get("format", "default")
            for cell in (*cells, field["example"]):
                datetime.strptime(cell, DAYS.get(form, form))
        if field["type"] == "integer":
            assert all(cell.isdecimal() for cell in cells)
            assert isinstance(field["example"], int)


def test_the_last_sheet_of_the_lists_says_what_every_heading_means(tmp_path):
    write_annex_a([Cohort(history(*LINES), truth(), MADE)], MADE, on("2023-12-31"), tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Synthetic"]
    heading, *rows = sheet.iter_rows(min_row=4, values_only=True)
    assert heading == ("Column", "Meaning", "Unit", "Example")
    assert {row[0] for row in rows} == {name for columns in headings().values() for name in columns}
    assert all(row[1] for row in rows)
