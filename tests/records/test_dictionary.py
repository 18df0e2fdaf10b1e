"""Columns that explain themselves: every column of every table is described, and nothing that is not there."""

import json
from datetime import date
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest

from risk.core.errors import InputError
from risk.core.kinds import INVENTED
from risk.model.feature_files import write_features
from risk.national.returns.annex_a import ANNEX_A
from risk.national.returns.cin_census import BELONGS_TO
from risk.national.returns.ssd_objects import objects
from risk.records.cohort import Cohort
from risk.records.dictionary import columns_of, entries, meanings, meanings_of
from risk.records.manifest import meaning
from risk.records.schema import RECORD, TRUTH

TABLES = {**RECORD, **TRUTH}


@pytest.fixture(scope="module")
def sample():
    return Cohort.read(Path(__file__).parents[2] / "data" / "synthetic" / "norfolk_review")


@pytest.fixture(scope="module")
def folder(sample, tmp_path_factory):
    place = tmp_path_factory.mktemp("described") / "cohort"
    sample.write(place)
    return place


def fields(folder):
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return {r["name"].partition("-")[2]: r["schema"]["fields"] for r in package["resources"]}


def test_the_manifest_describes_every_column_and_nothing_else(folder):
    for name, schema in TABLES.items():
        described = {f["name"]: f["description"] for f in fields(folder)[name]}
        assert list(described) == schema.column_names()
        assert described == meanings()[name]
        assert all(described.values())


@pytest.mark.parametrize("name", TABLES)
def test_a_parquet_file_describes_its_columns_and_nothing_else(folder, name):
    for file in folder.glob(f"*/{name}/*.parquet"):
        said = pl.read_parquet_metadata(file)
        columns = json.loads(said["columns"])
        assert list(columns) == pl.read_parquet_schema(file).names()
        assert columns == columns_of(name)
        assert said["description"] == meaning(TABLES[name])
        assert said["note"] == INVENTED


@pytest.mark.parametrize("name", TABLES)
def test_an_example_is_a_value_that_its_column_may_hold(folder, name):
    for field, (column, declared) in zip(fields(folder)[name], TABLES[name].columns().items(), strict=True):
        example = date.fromisoformat(field["example"]) if field["type"] == "date" else field["example"]
        one = pl.DataFrame({column: [example]}, schema={column: declared.dtype}, strict=True)
        assert one[column].null_count() == 0
        low, high = getattr(declared, "min", None), getattr(declared, "max", None)
        assert low is None or example >= low
        assert high is None or example <= high


def test_what_counts_days_or_is_one_has_a_unit():
    for name, schema in TABLES.items():
        for column, declared in schema.columns().items():
            measures = declared.dtype == pl.Date or column.endswith("_days")
            assert not measures or columns_of(name)[column].get("unit", "").startswith("day"), (name, column)


def test_a_column_without_a_description_is_refused_and_one_too_many_as_well():
    columns = RECORD["factors"].column_names()
    with pytest.raises(InputError, match="factors lacks weight; each column has a row"):
        meanings_of({"factors": [*columns, "weight"]})
    with pytest.raises(InputError, match=r"row \d+, column column: 'factor'"):
        meanings_of({"factors": columns[:1]})


def test_the_file_describes_no_table_that_nobody_writes():
    text = (files("risk.records") / "dictionary.csv").read_text(encoding="utf-8")
    tables = {line.partition(",")[0] for line in text.splitlines()[1:]}
    census = {f"cin_{module}" for module in ("Header", *BELONGS_TO)}
    looked_after = {f"ssda903_{name}" for name in ("header", "episodes", "reviews", "prevperm")}
    assert tables == {*TABLES, *objects(), "landmarks", *census, *looked_after, ANNEX_A}


def test_what_is_never_filled_says_so_and_everything_else_has_an_example():
    for table, columns in entries().items():
        for column, words in columns.items():
            is_empty = words["description"].endswith("; empty")
            assert ("example" in words) != is_empty, (table, column)
            assert not (is_empty and "unit" in words), (table, column)


def test_descriptions_are_no_content(sample, folder):
    assert Cohort.read(folder).content_hashes() == sample.content_hashes()


def test_the_feature_files_describe_their_columns_and_nothing_else(sample, folder, tmp_path):
    write_features(folder, sample.made, tmp_path / "features")
    files = sorted((tmp_path / "features").rglob("*.parquet"))
    assert len(files) >= 2
    for file in files:
        columns = json.loads(pl.read_parquet_metadata(file)["columns"])
        assert list(columns) == pl.read_parquet_schema(file).names()
        assert all(about["description"] for about in columns.values())
