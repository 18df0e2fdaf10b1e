import json

import polars as pl
import pytest

from conftest import simulated
from risk.cohort import Cohort, verify
from risk.manifest import MANIFEST, content_sha256
from risk.mistakes import InputError
from risk.scenario import Scenario
from risk.simulate import generate


@pytest.fixture
def folder(tmp_path):
    simulated("norfolk_review", 40, years=1).write(tmp_path / "cohort")
    return tmp_path / "cohort"


def test_a_cohort_reads_back_as_it_was_written(folder):
    cohort = simulated("norfolk_review", 40, years=1)
    back = Cohort.read(folder)
    assert back.content_hashes() == cohort.content_hashes()
    assert back.made == cohort.made
    assert (back.record.from_on, back.record.to_on) == (cohort.record.from_on, cohort.record.to_on)


def test_record_and_truth_are_separate_folders_whose_names_carry_the_tables(folder):
    assert {p.name for p in (folder / "record").iterdir()} == {
        "households",
        "adults",
        "children",
        "events",
        "factors",
    }
    assert {p.name for p in (folder / "truth").iterdir()} == {
        "families",
        "residents",
        "refuge_stays",
        "spells",
        "harms",
        "incidents",
        "visits",
    }


def test_the_manifest_holds_seed_scenario_hash_and_content_hashes(folder):
    manifest = json.loads((folder / MANIFEST).read_text())
    made = manifest["synthetic"]["made"]
    assert manifest["synthetic"]["isSynthetic"]
    assert made["seed"] == 1
    assert len(made["scenario_sha256"]) == 64
    assert all(len(r["contentSha256"]) == 64 for r in manifest["resources"])
    assert "never for decisions about real families" in (folder / "DATASHEET.md").read_text()


def test_the_content_hash_is_of_sorted_rows_and_not_of_their_order():
    rows = pl.DataFrame({"k": [1, 2, 3], "v": ["a", None, ""]})
    assert content_sha256(rows, ["k"]) == content_sha256(rows.reverse(), ["k"])


@pytest.mark.parametrize(
    "changed",
    [
        {"k": [1, 2, 3], "v": ["a", "", ""]},  # null is not the empty word
        {"k": [1, 2, 4], "v": ["a", None, ""]},
        {"k": [1, 2, 3], "v": ["b", None, ""]},
        {"k": [1, 2], "v": ["a", None]},
    ],
)
def test_the_content_hash_changes_with_any_value(changed):
    rows = pl.DataFrame({"k": [1, 2, 3], "v": ["a", None, ""]})
    assert content_sha256(rows, ["k"]) != content_sha256(pl.DataFrame(changed), ["k"])


def test_names_are_decoration_and_not_in_the_hash():
    rows = pl.DataFrame({"child_id": [1], "given_name": ["Ada0001"]})
    other = rows.with_columns(given_name=pl.lit("Eve0001"))
    assert content_sha256(rows, ["child_id"]) == content_sha256(other, ["child_id"])


def test_a_whole_cohort_verifies(folder):
    assert verify(folder)["table"].to_list()[:5] == [
        f"record/{t}" for t in ("households", "adults", "children", "events", "factors")
    ]


def edit(path, change) -> None:
    """Rewrite one Parquet file with its table changed."""
    change(pl.read_parquet(path)).write_parquet(path)


EVENTS = "record/events/part-00000.parquet"


def rewrite(folder, change) -> None:
    """Change the manifest of a folder in place."""
    manifest = json.loads((folder / MANIFEST).read_text())
    change(manifest)
    (folder / MANIFEST).write_text(json.dumps(manifest))


def bad_reference(t: pl.DataFrame) -> pl.DataFrame:
    return t.with_columns(
        household_id=pl.when(pl.int_range(pl.len()) == 0).then(999).otherwise("household_id")
    )


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: (f / MANIFEST).unlink(), "not a cohort: it holds no datapackage.json"),
        (lambda f: (f / MANIFEST).write_text("{"), "not the manifest of a cohort"),
        (lambda f: (f / MANIFEST).write_text("{}"), "not the manifest of a cohort"),
        (lambda f: rewrite(f, lambda m: m["resources"][0].pop("path")), "resources.0.path: field required"),
        (lambda f: rewrite(f, lambda m: m["resources"][0].update(path="../x")), "resources.0.path: input should be"),
        (lambda f: rewrite(f, lambda m: m["resources"].pop()), "lists tables"),
        (lambda f: rewrite(f, lambda m: m["synthetic"]["made"].update(seed="x")), "synthetic.made.seed"),
        (lambda f: rewrite(f, lambda m: m["synthetic"]["made"].update(to_on="soon")), "synthetic.made.to_on"),
        (lambda f: (f / EVENTS).unlink(), r"part-00000.parquet: is in the manifest but not on disk"),
        (lambda f: (f / "truth/harms/more.parquet").write_bytes(b""), "more.parquet: is not in the manifest"),
        (lambda f: (f / EVENTS).write_bytes(b"not parquet"), "events: cannot be read as Parquet"),
        (lambda f: edit(f / EVENTS, lambda t: t.head(5)), r"events: 5 rows; the manifest says \d+"),
        (lambda f: edit(f / EVENTS, lambda t: t.drop("agency")), "1 columns are missing: agency"),
        (
            lambda f: edit(f / EVENTS, lambda t: t.with_columns(severity=pl.lit(9, pl.Int8))),
            r"rows break the rule 'severity\|max'",
        ),
        (
            lambda f: edit(f / EVENTS, lambda t: t.with_columns(recorded_on=pl.col("recorded_on").dt.offset_by("-9d"))),
            "recorded_no_sooner_than_it_occurred",
        ),
        (
            lambda f: edit(f / EVENTS, lambda t: t.with_columns(disclosed_by_child=~pl.col("disclosed_by_child"))),
            "record/events: the content's hash is",
        ),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)  # fmt: skip
def test_a_folder_that_does_not_match_its_manifest_is_refused_with_one_clear_message(folder, spoil, message):
    spoil(folder)
    with pytest.raises(InputError, match=message) as found:
        verify(folder)
    assert "cohort" in str(found.value)


def test_a_row_that_points_nowhere_is_found_even_when_the_hashes_agree(folder):
    edit(folder / EVENTS, bad_reference)
    manifest = json.loads((folder / MANIFEST).read_text())
    resource = next(r for r in manifest["resources"] if r["name"] == "record-events")
    resource["contentSha256"] = content_sha256(pl.read_parquet(folder / EVENTS), ["event_id"])
    (folder / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="column household_id: 1 rows point nowhere, first 999"):
        verify(folder)


def test_an_existing_folder_is_never_overwritten(folder):
    before = (folder / MANIFEST).read_bytes()
    with pytest.raises(InputError, match="already exists"):
        simulated("norfolk_review", 5, years=1).write(folder)
    assert (folder / MANIFEST).read_bytes() == before


def test_an_interrupted_run_leaves_nothing_behind(tmp_path):
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(
            Scenario.named("norfolk_review"),
            tmp_path / "c",
            households=5,
            seed=1,
            years=1,
            on_block=interrupt,
        )
    assert list(tmp_path.iterdir()) == []
