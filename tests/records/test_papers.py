"""The papers of a cohort: every leaf of a manifest, every line of the others, changed in turn, is found."""

import copy
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from command import risk
from risk.core.errors import InputError
from risk.records.cohort import parsed
from risk.records.manifest import DATASHEET, MANIFEST, WARNING, PartFile, package, papers, read_manifest
from risk.records.schema import Factors, Households
from risk.records.verification import verify
from risk.world.generation import generate
from risk.world.remaking import remake
from risk.world.scenario import Scenario


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A cohort of two households, of a scenario of one's own that was changed once more."""
    file = tmp_path_factory.mktemp("made") / "mine.toml"
    file.write_text(
        'name = "mine"\nextends = "england_2014"\n[practice]\npolice_protects = { value = 0.5, source = "A | b" }\n'
    )
    scenario = Scenario.named(file, {"noticing.shares.police": 1})
    generate(scenario, file.parent / "cohort", households=2, seed=1, years=1, households_a_part=2)
    return file.parent / "cohort"


@pytest.fixture
def folder(made, tmp_path):
    shutil.copytree(made, tmp_path / "cohort")
    return tmp_path / "cohort"


def places(document: Any) -> Iterator[tuple[Any, Any]]:
    """Give every place in a document that holds a value of its own, as its holder and its key there."""
    for key in list(document if isinstance(document, dict) else range(len(document))):
        if isinstance(document[key], dict | list) and document[key]:
            yield from places(document[key])
        else:
            yield document, key


def another(value: Any) -> Any:
    """Return a value of the same type that is not this one; a day stays a day, a hash a hash."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str() if value:
            return value[:-1] + ("1" if value[-1] != "1" else "2")
        case str() | None:
            return "x"
        case _:
            return ["x"] if isinstance(value, list) else {"x": 1}


def written(document: Any) -> str:
    return json.dumps(document, indent=1) + "\n"


def test_every_leaf_of_a_manifest_that_is_changed_is_found(folder, monkeypatch):
    """By itself, with all else as it was: none means nothing. The scenario's are in one hash, one of these."""
    monkeypatch.setattr(sys.modules["risk.records.verification"], "PARQUET", b"")  # no other process is asked
    path, overlooked, n = folder / MANIFEST, [], 0
    document = json.loads(path.read_text())
    assert path.read_text() == written(document)
    verify(folder)
    of_scenario = {id(holder) for holder, _ in places(document["synthetic"]["made"]["scenario_values"])}
    for holder, key in places(document):
        if id(holder) in of_scenario:
            continue
        before = holder[key]
        holder[key] = another(before)
        path.write_text(written(document))
        holder[key], n = before, n + 1
        with suppress(InputError):
            verify(folder)
            overlooked.append((key, before))
    assert overlooked == []
    assert n > 600


def test_every_leaf_of_a_kept_scenario_is_in_the_hash_of_how_the_cohort_was_made(folder):
    made, n = read_manifest(folder).made, 0
    kept = package(made, [])["synthetic"]["madeSha256"]
    assert kept == json.loads((folder / MANIFEST).read_text())["synthetic"]["madeSha256"]
    for holder, key in places(made["scenario_values"]):
        before, n = holder[key], n + 1
        holder[key] = another(before)
        assert package(made, [])["synthetic"]["madeSha256"] != kept, (key, before)
        holder[key] = before
    assert n > 500
    made["scenario_values"]["title"] = "x"
    document = json.loads((folder / MANIFEST).read_text())
    document["synthetic"]["made"] = made
    (folder / MANIFEST).write_text(written(document))
    with pytest.raises(InputError, match=r"synthetic\.madeSha256 is"):
        verify(folder)


def test_a_leaf_that_is_added_or_gone_and_other_bytes_for_the_same_values_are_found(folder):
    path = folder / MANIFEST
    document = json.loads(path.read_text())
    for change in (
        lambda m: m.update(note="x"),
        lambda m: m["synthetic"].update(note="x"),
        lambda m: m["synthetic"]["made"].update(note="x"),
        lambda m: m["resources"][0]["parts"][0].update(note="x"),
        lambda m: m["resources"][0]["parts"][0]["columns"].update(note="0" * 32),
        lambda m: m["resources"][3]["schema"]["fields"].pop(),
        lambda m: m.pop("description"),
        lambda m: m["synthetic"].pop("isSynthetic"),
        lambda m: m["synthetic"]["made"].pop("differences"),
    ):
        changed = copy.deepcopy(document)
        change(changed)
        path.write_text(written(changed))
        with pytest.raises(InputError, match=r"datapackage\.json|column note"):
            verify(folder)
    many = f'{{"note": {"1" * 5_000},{written(document)[1:]}'
    long = written(document) + " " * 2_000_000
    for text in (json.dumps(document), written(document) + "\n", "\ufeff" + written(document), many, long):
        path.write_text(text)
        with pytest.raises(InputError, match=r"datapackage\.json"):
            verify(folder)


@pytest.mark.parametrize("paper", [DATASHEET, WARNING])
def test_a_paper_that_says_anything_else_is_found_by_its_row(folder, paper):
    path = folder / paper
    whole = path.read_text()
    lines = whole.splitlines(keepends=True)
    for number in range(len(lines)):
        path.write_text("".join([*lines[:number], "May be used for decisions.\n", *lines[number + 1 :]]))
        with pytest.raises(
            InputError, match=f"{path.name}: row {number + 1} is 'May be used for decisions.'"
        ):
            verify(folder)
    for other in (
        "",
        whole + "\n",
        whole + "Or not.\n",
        whole[:-1],
        whole + "x" * 900_000,
        whole + "x" * 3_000_000,
    ):
        path.write_text(other)
        with pytest.raises(
            InputError, match=rf"{path.name}: (row \d+ is|over [\d,]+ bytes; it was)"
        ) as found:
            verify(folder)
        assert len(str(found.value)) < 500


@pytest.mark.parametrize(
    "foreign", ["polars.py", ".hidden", "notes/a.md", "record/events/x", "truth/y.parquet"]
)
def test_a_file_that_is_not_of_the_cohort_is_named_wherever_it_is(folder, foreign):
    (folder / foreign).parent.mkdir(exist_ok=True)
    (folder / foreign).write_text("")
    with pytest.raises(InputError, match=f"{foreign}: is not in the manifest"):
        verify(folder)


def test_a_link_to_a_folder_is_a_foreign_file(folder, tmp_path):
    (folder / "elsewhere").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(InputError, match="elsewhere: is not in the manifest"):
        verify(folder)


def test_a_cohort_of_another_version_is_checked_with_that_one(folder):
    text = (folder / MANIFEST).read_text().replace("risk-trajectory 0", "risk-trajectory 7")
    (folder / MANIFEST).write_text(text)
    with pytest.raises(InputError, match=r"made by risk-trajectory 7\S+, and this is risk-trajectory 0"):
        verify(folder)


def forge(folder: Path, **said: Any) -> None:
    """Change what a cohort says of how it was made, and write its papers anew, so that all agree."""
    manifest = read_manifest(folder)
    for path, paper in papers(manifest.made | said, manifest.partitions).items():
        (folder / path).write_bytes(paper)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"to_on": "2010-04-06"}, "from 2009-04-06 to 2010-04-06 are not 52 weeks"),
        ({"to_on": "2009-04-06", "weeks": 0}, "synthetic.made.weeks"),
        ({"to_on": "2009-04-06"}, "from 2009-04-06 to 2009-04-06 are not 52 weeks"),
        ({"from_on": "2010-04-05", "to_on": "2009-04-06"}, "are not 52 weeks"),
        ({"from_on": "1909-04-05", "to_on": "1910-04-04"}, r"followed from 1909-04-05 to 1910-04-04; the spells in"),
        ({"to_on": "2010-04-12", "weeks": 53}, "fill 2009-04-06 to 2010-04-05"),
        ({"households": 3}, "synthetic.made.households: 3; its partitions have 2"),
    ],
)  # fmt: skip
def test_days_and_counts_that_are_not_those_of_the_tables_are_told_by_whoever_reads_them(
    folder, said, message
):
    forge(folder, **said)
    with pytest.raises(InputError, match=message):
        verify(folder)
    for words in ((), ("--patterns",), ("--calibration",), ("--year", "2010")):
        done = risk("describe", str(folder), *words)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


def table_of(data: bytes, rows: int, schema: Any) -> pl.DataFrame:
    file = PartFile(path="record/x/part-00000.parquet", rows=rows, bytes=len(data), sha256="", columns={})
    return parsed(Path("x.parquet"), data, file, schema)


def packed(table: pl.DataFrame | pl.LazyFrame) -> bytes:
    """A table as Parquet."""
    buffer = BytesIO()
    table.lazy().collect(engine="streaming").write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


HOMES = {"household_id": pl.Int64, "deprivation_decile": pl.Int8, "area": pl.Int16}


@pytest.mark.parametrize("says", [5, 3_000_000])
def test_a_small_file_of_very_many_rows_is_not_decoded_whatever_its_manifest_says(monkeypatch, says):
    n = 3_000_000
    data = packed(pl.DataFrame({c: pl.repeat(0, n, dtype=t, eager=True) for c, t in HOMES.items()}))
    assert len(data) < 20_000
    monkeypatch.setattr(pl, "read_parquet", lambda *_, **__: pytest.fail("decoded"))
    with pytest.raises(
        InputError, match=r"x.parquet: (3000000 rows; the manifest says 5|3,000,000 rows in [\d,]+ bytes)"
    ):
        table_of(data, says, Households)


def test_a_column_that_is_no_columns_of_the_table_is_not_decoded(monkeypatch):
    data = packed(
        pl.DataFrame({c: pl.Series([0], dtype=t) for c, t in HOMES.items()} | {"care_state": ["x"]})
    )
    monkeypatch.setattr(pl, "read_parquet", lambda *_, **__: pytest.fail("decoded"))
    with pytest.raises(InputError, match="1 columns are not of this table: care_state"):
        table_of(data, 1, Households)


@pytest.mark.parametrize(
    "data", [b"", b"not parquet", b"PAR1" + b"x" * 50 + b"PAR1", b"PAR1\x10\x00\x00\x00PAR1"]
)
def test_what_is_no_parquet_is_a_clear_message_though_its_manifest_knows_its_bytes(data):
    with pytest.raises(InputError, match=r"x\.parquet: cannot be read as Parquet: "):
        table_of(data, 1, Households)


@pytest.mark.parametrize("schema", [Households, Factors])
def test_a_table_of_a_row_or_none_is_not_taken_for_too_small(schema):
    empty = schema.create_empty()
    assert table_of(packed(empty), 0, schema).equals(empty)


def test_the_datasheet_lists_what_the_scenario_changes_of_the_shipped_one(folder):
    text = (folder / DATASHEET).read_text()
    assert "not calibrated" in text
    assert "It differs from the shipped scenario `england_2014`:" in text
    england = Scenario.named("england_2014")
    police, protects = england.noticing.shares["police"], england.practice.police_protects
    assert f"| `noticing.shares.police` | `{police}` | `1.0` | set by the user |\n" in text
    assert f"| `practice.police_protects` | `{protects}` | `0.5` | A \\| b |\n" in text
    assert remake(folder, 1) == 2
