"""The sample cohorts in data/synthetic are what their manifests say, and can be made again."""

from pathlib import Path

import pytest

from conftest import simulated
from risk.core.errors import InputError
from risk.records.cohort import Cohort
from risk.records.samples import load_sample
from risk.records.verification import verify

SAMPLES = Path(__file__).parents[2] / "data" / "synthetic"


@pytest.mark.parametrize("name", ["england_2014", "norfolk_review"])
def test_a_sample_cohort_is_what_its_scenario_and_seed_make(name):
    verify(SAMPLES / name)
    kept = Cohort.read(SAMPLES / name)
    again = simulated(name, kept.made["households"], seed=kept.made["seed"])
    assert again.made == kept.made
    assert again.content_hashes() == kept.content_hashes()


def test_the_samples_together_are_small():
    assert sum(p.stat().st_size for p in SAMPLES.rglob("*") if p.is_file()) < 3_000_000


@pytest.mark.parametrize("name", ["england_2014", "norfolk_review"])
def test_a_sample_is_loaded_by_its_name_with_its_truth(name):
    loaded = load_sample(name)
    assert loaded.made["scenario"] == name
    assert loaded.content_hashes() == Cohort.read(SAMPLES / name).content_hashes()


@pytest.mark.parametrize("name", ["england", "../england_2014", "", "ENGLAND_2014"])
def test_an_unknown_sample_is_refused_with_the_names_there_are(name):
    with pytest.raises(InputError, match="the samples are england_2014, norfolk_review"):
        load_sample(name)
