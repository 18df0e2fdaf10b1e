"""Some of a cohort's households made again: who changes a row, or how it was made, is found."""

import hashlib
import shutil

import polars as pl
import pytest

from command import risk
from risk.core.errors import InputError
from risk.records.hashing import column_hashes
from risk.records.manifest import SCHEMAS, papers, read_manifest
from risk.records.verification import verify
from risk.world.generation import generate
from risk.world.remaking import remake
from risk.world.scenario import Scenario
from risk.world.simulate import weeks


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A cohort of 30 households in two partitions, of a changed scenario."""
    path = tmp_path_factory.mktemp("made") / "cohort"
    scenario = Scenario.named("norfolk_review", {"noticing.shares.police": 1})
    generate(scenario, path, households=30, seed=1, years=1, households_a_part=20)
    return path


@pytest.fixture
def folder(made, tmp_path):
    shutil.copytree(made, tmp_path / "cohort")
    return tmp_path / "cohort"


def forge(folder, **said) -> None:
    """Change what a cohort says of how it was made, and write its papers anew, so that all agree."""
    manifest = read_manifest(folder)
    for path, paper in papers(manifest.made | said, manifest.partitions).items():
        (folder / path).write_bytes(paper)


@pytest.mark.parametrize(("share", "again"), [(0, 0), (0.1, 3), (0.0001, 2), (0.5, 15), (1, 30)])
def test_a_cohort_is_made_again_as_it_stands_by_the_share_asked_for(folder, share, again):
    assert remake(folder, share) == again


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_is_from_0_to_1(folder, share):
    with pytest.raises(InputError, match=r"share = .*; a number from 0 to 1 is needed"):
        remake(folder, share)


def test_another_seed_than_the_one_it_was_made_with_is_found_however_well_the_papers_agree(folder):
    forge(folder, seed=2)
    verify(folder)
    assert remake(folder) == 0
    with pytest.raises(InputError, match=r"households \d+ to \d+ are not made again as they are: record/"):
        remake(folder, 0.1)


def test_a_row_that_was_changed_is_found_however_well_the_papers_agree(folder):
    manifest, name = read_manifest(folder), "truth-families"
    file = manifest.partitions[1][name]
    table = pl.read_parquet(folder / file.path)
    table = table.with_columns(family_type=pl.lit("settled", table.schema["family_type"]))
    table.write_parquet(folder / file.path)
    data = (folder / file.path).read_bytes()
    file.bytes, file.sha256 = len(data), hashlib.sha256(data).hexdigest()
    file.columns = column_hashes(table, SCHEMAS[name].primary_key())
    for path, paper in papers(manifest.made, manifest.partitions).items():
        (folder / path).write_bytes(paper)
    verify(folder)
    with pytest.raises(
        InputError, match="households 20 to 29 are not made again as they are: truth/families"
    ):
        remake(folder, 1)


def calibrated(**of) -> dict[str, object]:
    """How a cohort is said to be made whose changed scenario is called calibrated."""
    scenario = Scenario.named("england_2014", {"practice.adds_up": 1})
    return weeks.made(scenario.model_copy(update={"calibrated": True}), 30, seed=1, years=1) | of


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"scenario": "england_2014"}, "synthetic.made.scenario is not what follows from the scenario in it"),
        ({"calibrated": True}, "synthetic.made.calibrated is not what follows"),
        ({"differences": {}}, "synthetic.made.differences is not what follows"),
        ({"overrides": {"noticing.shares.police": 0.5}}, "synthetic.made.overrides is not what follows"),
        ({"overrides": {"noticing.shares.polise": 1}}, "unknown agency 'polise'"),
        ({"scenario_sha256": "0" * 64}, "scenario_values are not those of its scenario_sha256"),
        ({"note": "may be used for decisions"}, "synthetic.made.note is not what follows"),
        (calibrated(), "england_2014 is calibrated; its values were never tuned"),
        ({"seed": -1}, "seed = -1; a whole number from 0 to"),
    ],
)
def test_what_a_cohort_says_of_how_it_was_made_is_held_against_its_scenario(folder, said, message):
    forge(folder, **said)
    with pytest.raises(InputError, match=message):
        remake(folder)
    assert risk("verify", str(folder)).returncode == 2


def test_the_command_makes_households_again_and_says_how_many(folder):
    done = risk("verify", str(folder), "--remake", "0.1")
    assert done.returncode == 0, done.stderr
    assert "3 households were made again from its scenario and seed: the same, row for row." in done.stdout
    assert '"households_made_again": 3' in risk("verify", str(folder), "--remake", "0.1", "--json").stdout
    assert "made again" not in risk("verify", str(folder)).stdout
    assert risk("verify", str(folder), "--remake", "2").returncode == 2
