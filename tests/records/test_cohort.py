import hashlib
import json
import re
import shutil
import sys

import polars as pl
import pytest

from by_hand import history, on
from conftest import simulated
from risk.core.errors import InputError
from risk.core.interpreter import answer
from risk.model.days_asked import landmarks
from risk.model.features import featurise
from risk.records.cohort import Cohort, parts
from risk.records.hashing import added, column_hashes
from risk.records.manifest import (
    DATASHEET,
    MANIFEST,
    REFERENCES,
    SCHEMAS,
    WARNING,
    papers,
    read_manifest,
)
from risk.records.schema import RECORD, TRUTH
from risk.records.verification import difference, verify
from risk.world.description import described
from risk.world.generation import generate
from risk.world.scenario import Scenario

FIRST, SECOND = "record/events/part-00000.parquet", "record/events/part-00001.parquet"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A cohort of two partitions, of 40 households."""
    path = tmp_path_factory.mktemp("made") / "cohort"
    generate(Scenario.named("norfolk_review"), path, households=40, seed=1, years=1, households_a_part=20)
    return path


@pytest.fixture
def folder(made, tmp_path):
    shutil.copytree(made, tmp_path / "cohort")
    return tmp_path / "cohort"


def test_a_cohort_reads_back_as_it_was_written(tmp_path):
    cohort = simulated("norfolk_review", 40, years=1)
    cohort.write(tmp_path / "cohort")
    back = Cohort.read(tmp_path / "cohort")
    for group, schemas in ((lambda c: c.record, RECORD), (lambda c: c.truth, TRUTH)):
        assert all(getattr(group(back), name).equals(getattr(group(cohort), name)) for name in schemas)
    assert back.content_hashes() == cohort.content_hashes()
    assert back.made == cohort.made
    assert (back.record.from_on, back.record.to_on) == (cohort.record.from_on, cohort.record.to_on)
    assert [p.name for p in tmp_path.iterdir()] == ["cohort"]


def test_its_partitions_are_stretches_of_whole_households_read_one_at_a_time(folder):
    whole, (first, second) = Cohort.read(folder), parts(folder)
    assert first.record.households["household_id"].to_list() == list(range(20))
    assert second.record.households["household_id"].to_list() == list(range(20, 40))
    assert pl.concat([first.record.events, second.record.events]).equals(whole.record.events)
    assert first.made == second.made == whole.made
    (folder / SECOND).write_bytes(b"")
    one_by_one = parts(folder)
    assert next(one_by_one).record.events.equals(first.record.events)
    with pytest.raises(InputError, match="part-00001"):
        next(one_by_one)


def test_a_description_is_the_same_from_one_part_and_from_many(folder):
    by_part, at_once = described(parts(folder)), described([Cohort.read(folder)])
    assert by_part[0] == at_once[0]
    assert by_part[1].equals(at_once[1])


def test_record_and_truth_are_separate_folders_whose_names_carry_the_tables(folder):
    assert {p.name for p in (folder / "record").iterdir()} == set(RECORD)
    assert {p.name for p in (folder / "truth").iterdir()} == {*TRUTH, "WARNING.md"}


def test_the_manifest_says_how_it_was_made_and_what_each_file_holds(folder):
    manifest = json.loads((folder / MANIFEST).read_text())
    synthetic = manifest["synthetic"]
    assert synthetic["isSynthetic"]
    assert synthetic["made"]["seed"] == 1
    assert len(synthetic["made"]["scenario_sha256"]) == 64
    assert [r["name"] for r in manifest["resources"]] == list(SCHEMAS)
    for resource in manifest["resources"]:
        assert resource["rows"] == sum(p["rows"] for p in resource["parts"])
        for part in resource["parts"]:
            data = (folder / part["path"]).read_bytes()
            assert (part["bytes"], part["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())


def test_the_manifest_declares_columns_keys_and_references_as_a_data_package(folder):
    resources = {r["name"]: r for r in json.loads((folder / MANIFEST).read_text())["resources"]}
    events = resources["record-events"]["schema"]
    fields = {f["name"]: f for f in events["fields"]}
    assert list(fields) == RECORD["events"].column_names()
    declared = {"name": "occurred_on", "type": "date", "constraints": {"required": True}}
    assert declared.items() <= fields["occurred_on"].items()  # and what it means, its unit and an example
    assert fields["believed"].items() >= {"name": "believed", "type": "boolean"}.items()
    assert fields["finding"]["type"] == "string"
    assert "substantiated" in fields["finding"]["constraints"]["enum"]
    assert fields["child_id"]["type"] == "integer"
    assert events["primaryKey"] == ["event_id"]
    to_children = {"resource": "record-children", "fields": ["child_id"]}
    assert {"fields": ["child_id"], "reference": to_children} in events["foreignKeys"]
    assert {"fields": ["answers"], "reference": {"fields": ["event_id"]}} in events["foreignKeys"]


def test_every_id_of_another_table_is_a_declared_reference():
    keys = {"household_id", "child_id", "event_id"}
    foreign = {(n, c) for n, s in SCHEMAS.items() for c in s.column_names() if c in keys}
    own = {
        ("record-households", "household_id"),
        ("record-children", "child_id"),
        ("record-events", "event_id"),
    }
    assert {(r.table, r.column) for r in REFERENCES} - {
        ("record-events", a) for a in ("answers", "closes")
    } == (foreign - own)


def test_the_truth_is_set_apart_with_a_warning_wherever_one_may_meet_it(folder):
    resources = json.loads((folder / MANIFEST).read_text())["resources"]
    warned = {
        r["name"] for r in resources if "never to be given to a model as an input" in r.get("warning", "")
    }
    assert warned == {f"truth-{n}" for n in TRUTH}
    for paper in (WARNING, DATASHEET):
        assert "never to be given to a model as an input" in (folder / paper).read_text()


def test_the_datasheet_says_what_it_is_what_it_is_not_for_and_what_it_holds(folder):
    text = (folder / DATASHEET).read_text()
    assert "never for decisions about real families" in text
    assert "not calibrated" in text
    assert "`norfolk_review`, seed 1" in text
    n = json.loads((folder / MANIFEST).read_text())["resources"][3]["rows"]
    assert f"| `record/events` | {n:,} |" in text
    assert all(len(line) <= 120 for line in text.splitlines())


LOOKS_REAL = {
    "postcode": r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b",
    "telephone number": r"\b(0|\+44 ?)\d[\d ]{7,}",
    "e-mail address": r"@|\b\w+\.(com|org|net|uk)\b",
    "pupil number": r"\b[A-Z]\d{11}[A-Z\d]\b",
}


def test_nothing_that_a_real_person_might_be_found_by_can_come_out(england):
    """The only words that are free are names, and a name is one word with its household's number behind it."""
    strings = {(n, c) for n, s in SCHEMAS.items() for c, d in s.columns().items() if d.dtype == pl.String}
    assert strings == {("record-adults", "name"), ("record-children", "given_name")}
    names = [*england.record.adults["name"], *england.record.children["given_name"]]
    assert len(names) > 3_000
    assert all(re.fullmatch(r"[^\W\d]+ ?\d{4}", name) for name in names)
    assert not [n for n in names for pattern in LOOKS_REAL.values() if re.search(pattern, n)]


def test_a_whole_cohort_verifies(folder):
    found = verify(folder)
    assert found.columns == ["table", "rows", "content_hash"]
    assert found["table"].to_list() == [n.replace("-", "/") for n in SCHEMAS]
    assert dict(found.select("table", "content_hash").iter_rows()) == Cohort.read(folder).content_hashes()


def edit(path, change) -> None:
    """Rewrite one Parquet file with its table changed."""
    change(pl.read_parquet(path)).write_parquet(path)


def rewrite(folder, change) -> None:
    """Change the manifest of a folder in place."""
    manifest = json.loads((folder / MANIFEST).read_text())
    change(manifest)
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")


def sign(folder, name: str, change) -> None:
    """Change a table of the second partition, and the manifest with it, as somebody would who meant to."""

    def forge(manifest) -> None:
        resource = next(r for r in manifest["resources"] if r["name"] == name)
        part = resource["parts"][1]
        edit(folder / part["path"], change)
        data, table = (folder / part["path"]).read_bytes(), pl.read_parquet(folder / part["path"])
        part["rows"], part["bytes"], part["sha256"] = (
            table.height,
            len(data),
            hashlib.sha256(data).hexdigest(),
        )
        part["columns"] = column_hashes(table, SCHEMAS[name].primary_key())
        resource["rows"] = sum(p["rows"] for p in resource["parts"])
        resource["contentHash"] = added(h for p in resource["parts"] for h in p["columns"].values())

    rewrite(folder, forge)
    manifest = read_manifest(folder)
    for path, paper in papers(manifest.made, manifest.partitions).items():
        (folder / path).write_bytes(paper)


def set_first(where: pl.Expr, **values) -> object:
    """A change of the first row that fits."""

    def change(table: pl.DataFrame) -> pl.DataFrame:
        fits = table.select(where.fill_null(False)).to_series()
        row = fits.arg_true()[0]
        new = [
            pl.when(pl.int_range(pl.len()) == row).then(v).otherwise(c).cast(table.schema[c]).alias(c)
            for c, v in values.items()
        ]
        return table.with_columns(new)

    return change


def flip(path, place: float) -> None:
    """Change one bit at a share of the file's length."""
    data = bytearray(path.read_bytes())
    data[int(place * (len(data) - 1))] ^= 0x10
    path.write_bytes(data)


def events(**changes) -> object:
    return lambda f: edit(f / SECOND, lambda t: t.with_columns(**changes))


ANY = pl.lit(True)
CONCERN, ABOUT_A_CHILD = pl.col("severity").is_not_null(), pl.col("child_id").is_not_null()
ANSWER, CLOSURE = pl.col("answers").is_not_null(), pl.col("closes").is_not_null()
OF_A_LATER_DAY = pl.col("event_id").sort_by("recorded_on").last()

SPOILS = {
    "no manifest": (lambda f: (f / MANIFEST).unlink(), "not a cohort: it holds no datapackage.json"),
    "half a manifest": (lambda f: (f / MANIFEST).write_text("{"), "not the manifest of a cohort"),
    "manifest of something else": (lambda f: (f / MANIFEST).write_text("{}"), "not the manifest of a cohort"),
    "manifest not text": (lambda f: (f / MANIFEST).write_bytes(b"\xff\xfe"), "not the manifest of a cohort"),
    "no path": (lambda f: rewrite(f, lambda m: m["resources"][0].pop("path")), "resources.0.path: field required"),
    "path a word": (lambda f: rewrite(f, lambda m: m["resources"][0].update(path="../x")), "resources.0.path: input should be"),
    "path outside": (
        lambda f: rewrite(f, lambda m: m["resources"][0]["parts"][0].update(path="../../x.parquet")),
        "resources.0.parts.0.path: string should match pattern",
    ),
    "path of no part": (
        lambda f: rewrite(f, lambda m: m["resources"][0]["path"].pop()),
        "path and parts do not list the same files",
    ),
    "a table's part left out": (
        lambda f: rewrite(f, lambda m: [m["resources"][3][k].pop() for k in ("path", "parts")]),
        "record-events does not list the files of every partition",
    ),
    "a table left out": (lambda f: rewrite(f, lambda m: m["resources"].pop()), "lists tables"),
    "seed a word": (lambda f: rewrite(f, lambda m: m["synthetic"]["made"].update(seed="x")), "synthetic.made.seed"),
    "no date": (lambda f: rewrite(f, lambda m: m["synthetic"]["made"].update(to_on="soon")), "synthetic.made.to_on"),
    "sum of rows": (lambda f: rewrite(f, lambda m: m["resources"][3].update(rows=7)), r"datapackage.json: resources.record-events.rows is 7; from the rest of it follows \d+"),
    "sum of content": (
        lambda f: rewrite(f, lambda m: m["resources"][3].update(contentHash="0" * 32)),
        r"datapackage.json: resources.record-events.contentHash is '0{32}'; from the rest of it follows",
    ),
    "file gone": (lambda f: (f / SECOND).unlink(), "events/part-00001.parquet: is in the manifest but not on disk"),
    "foreign file": (lambda f: (f / "truth/harms/more.parquet").write_bytes(b""), "truth/harms/more.parquet: is not in the manifest"),
    "foreign folder": (lambda f: [(f / "record/x").mkdir(), (f / "record/x/y").write_text("")], "record/x/y: is not in the manifest"),
    "no datasheet": (lambda f: (f / DATASHEET).unlink(), "DATASHEET.md: is in the manifest but not on disk"),
    "no warning": (lambda f: (f / WARNING).unlink(), "truth/WARNING.md: is in the manifest but not on disk"),
    "not Parquet": (
        lambda f: (f / SECOND).write_bytes(b"not parquet"),
        r"events/part-00001.parquet: cannot be read as Parquet \(11 bytes; the manifest says",
    ),
    "truncated": (
        lambda f: (f / SECOND).write_bytes((f / SECOND).read_bytes()[:-100]),
        r"events/part-00001.parquet: cannot be read as Parquet \([\d,]+ bytes; the manifest says",
    ),
    "empty": (lambda f: (f / SECOND).write_bytes(b""), r"events/part-00001.parquet: cannot be read as Parquet \(0 bytes"),
    "a folder": (lambda f: [(f / SECOND).unlink(), (f / SECOND).mkdir()], "part-00001.parquet: is in the manifest but not on disk"),
    "rows gone": (lambda f: edit(f / SECOND, lambda t: t.head(5)), r"events/part-00001.parquet: 5 rows; the manifest says \d+"),
    "column gone": (lambda f: edit(f / SECOND, lambda t: t.drop("agency")), "part-00001.parquet: 1 columns are missing: agency"),
    "another type": (
        events(severity=pl.col("severity").cast(pl.Int64)),
        "part-00001.parquet, column severity: type Int64; it is Int8",
    ),
    "rule of a column": (events(severity=pl.lit(9, pl.Int8)), r"part-00001.parquet: \d+ rows break the rule 'severity\|max'"),
    "rule of a row": (events(recorded_on=pl.col("recorded_on").dt.offset_by("-9d")), "recorded_no_sooner_than_it_occurred"),
    "a key twice": (events(event_id=pl.col("event_id").first()), "part-00001.parquet: .* rows break the rule 'primary_key'"),
    "one value": (
        lambda f: edit(f / SECOND, set_first(CONCERN, severity=5 - pl.col("severity"))),
        "events/part-00001.parquet, column severity: the content's hash is",
    ),
    "one null": (
        lambda f: edit(f / SECOND, set_first(pl.col("shared_on").is_not_null(), shared_on=None)),
        "events/part-00001.parquet, column shared_on: the content's hash is",
    ),
    "a key moved": (
        lambda f: edit(f / SECOND, set_first(ANY, event_id=1 << 40)),
        "events/part-00001.parquet, column event_id: the content's hash is",
    ),
    "another file in its place": (
        lambda f: shutil.copy(f / FIRST, f / SECOND),
        r"events/part-00001.parquet(: \d+ rows|, column event_id: the content's hash is)",
    ),
    "a name": (
        lambda f: edit(f / "record/children/part-00001.parquet", lambda t: t.with_columns(given_name=pl.lit("Eve"))),
        "children/part-00001.parquet: not the bytes that were written, though the content is the same",
    ),
    "content and manifest differ": (
        lambda f: rewrite(f, lambda m: m["resources"][3]["parts"][1]["columns"].update(agency="0" * 32)),
        "datapackage.json: resources.record-events.contentHash is",
    ),
    "household nowhere": (
        lambda f: sign(f, "record-events", set_first(ANY, household_id=999)),
        "events/part-00001.parquet, column household_id: 1 rows point nowhere, first 999",
    ),
    "household of the other partition": (
        lambda f: sign(f, "truth-incidents", set_first(ANY, household_id=3)),
        "incidents/part-00001.parquet, column household_id: 1 rows point nowhere, first 3",
    ),
    "child nowhere": (
        lambda f: sign(f, "record-events", set_first(ABOUT_A_CHILD, child_id=9999)),
        "events/part-00001.parquet, column child_id: 1 rows point nowhere, first 9999",
    ),
    "somebody else's child": (
        lambda f: sign(f, "record-events", set_first(ABOUT_A_CHILD & (pl.col("household_id") > 20), child_id=320)),
        "events/part-00001.parquet, column child_id: 1 rows point to another household's, first 320",
    ),
    "harm of nobody": (
        lambda f: sign(f, "truth-harms", set_first(ANY, child_id=9999)),
        "harms/part-00001.parquet, column child_id: 1 rows point nowhere, first 9999",
    ),
    "answer to nothing": (
        lambda f: sign(f, "record-events", set_first(ANSWER, answers=7)),
        "events/part-00001.parquet, column answers: 1 rows point nowhere, first 7",
    ),
    "answer to another household": (
        lambda f: sign(f, "record-events", set_first(ANSWER, answers=pl.col("event_id").last())),
        "column answers: 1 rows point to another household's",
    ),
    "answer to a later event": (
        lambda f: sign(f, "record-events", set_first(ANSWER, answers=OF_A_LATER_DAY.over("household_id"))),
        "column answers: 1 rows point to a later event",
    ),
    "closes a later event": (
        lambda f: sign(f, "record-events", set_first(ANSWER, closes=OF_A_LATER_DAY.over("household_id"))),
        "column closes: 1 rows point to a later event",
    ),
    "recorded nowhere": (
        lambda f: sign(f, "truth-incidents", set_first(pl.col("event_id").is_not_null(), event_id=7)),
        "incidents/part-00001.parquet, column event_id: 1 rows point nowhere, first 7",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "message"), SPOILS.values(), ids=SPOILS)
def test_a_folder_that_is_not_what_its_manifest_says_is_refused_by_file_column_and_partition(
    folder, spoil, message, monkeypatch
):
    here = sys.modules["risk.records.verification"]
    monkeypatch.setattr(
        here, "answer", lambda _, __, *words: difference(*words)
    )  # no damaged Parquet is here
    verify(folder)
    spoil(folder)
    with pytest.raises(InputError, match=message) as found:
        verify(folder)
    assert str(found.value).startswith(str(folder))


def test_a_household_of_two_partitions_is_found(folder):
    """The second partition is the first again, and the manifest says so."""
    for name in SCHEMAS:
        first = folder / name.replace("-", "/", 1) / "part-00000.parquet"
        sign(folder, name, lambda _, first=first: pl.read_parquet(first))
    with pytest.raises(InputError, match="column household_id: household 0 does not come after"):
        verify(folder)


@pytest.mark.exhaustive  # every place in turn: the one that is overlooked is the one not tried
def test_a_flipped_bit_is_found_wherever_it_is(made, tmp_path, monkeypatch):
    """That is: the file is named, and nothing of it reaches a reader."""
    monkeypatch.setattr(sys.modules["risk.records.verification"], "answer", lambda *_: None)
    folder = tmp_path / "cohort"
    shutil.copytree(made, folder)
    path = folder / SECOND
    whole = path.read_bytes()
    for step in range(200):
        flip(path, step / 199)
        with pytest.raises(InputError, match=re.escape(str(path))):
            verify(folder)
        with pytest.raises(InputError, match=re.escape(f"{path}: not the bytes that were written")):
            Cohort.read(folder)
        path.write_bytes(whole)


@pytest.mark.parametrize("damaged", [False, True])
def test_what_differs_is_asked_in_another_process_so_that_damaged_parquet_ends_only_that(folder, damaged):
    path = folder / SECOND
    if damaged:
        path.write_bytes(b"PAR1" + path.read_bytes()[:100] + b"PAR1")
        message = f"{path}: cannot be read as Parquet: "
    else:
        edit(path, set_first(~pl.col("disclosed_by_child"), disclosed_by_child=True))
        message = f"{path}, column disclosed_by_child: the content's hash is"
    with pytest.raises(InputError, match=re.escape(message)):
        verify(folder)


def test_nothing_that_stands_in_the_folder_is_run(folder, tmp_path, monkeypatch):
    (folder / "polars.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')", encoding="utf-8")
    (folder / SECOND).write_bytes(b"PAR1" + (folder / SECOND).read_bytes()[:100] + b"PAR1")
    monkeypatch.chdir(folder)
    with pytest.raises(InputError, match=r"polars\.py: is not in the manifest"):
        verify(".")
    entry = next(
        e["record-events"] for e in read_manifest(folder).partitions if e["record-events"].path == SECOND
    )
    assert answer("risk.records.verification", "difference", str(folder), "record-events", entry.path)
    assert not (tmp_path / "ran").exists()


def test_an_existing_folder_is_never_overwritten(folder):
    before = (folder / MANIFEST).read_bytes()
    with pytest.raises(InputError, match="already exists"):
        simulated("norfolk_review", 5, years=1).write(folder)
    assert (folder / MANIFEST).read_bytes() == before


def test_a_record_before_a_day_holds_what_had_been_recorded_by_then_with_its_factors():
    written = history(
        "1 referral school 2023-03-01",
        "1 assessment_completed childrens_services 2023-04-01 substantiated",
        "1 assessment_completed childrens_services 2023-04-02 substantiated",
        factors=[(1, "neglect"), (2, "neglect")],
    )
    then = written.before(on("2023-04-02"))
    assert then.events["event_id"].to_list() == [0, 1]
    assert then.factors["event_id"].to_list() == [1]
    assert (then.from_on, then.to_on) == (written.from_on, written.to_on)


def test_what_a_day_sees_is_what_it_sees_without_the_future(england):
    rows = landmarks(england.record)
    cut_on = rows["landmark_on"].unique().sort()[20]
    before = rows.filter(pl.col("landmark_on") <= cut_on)
    then = england.record.before(cut_on)
    assert featurise(before, then).equals(featurise(before, england.record))
    assert landmarks(then).filter(pl.col("landmark_on") <= cut_on).equals(before)
