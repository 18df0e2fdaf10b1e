"""The sample cohorts in data/synthetic are what their manifests say, and can be made again."""

from pathlib import Path

import pytest

from conftest import simulated
from risk.records.cohort import Cohort
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
