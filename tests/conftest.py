"""Cohorts that many tests read: each made once a run, whichever worker asks first, and never changed."""

import os
import pickle
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings

from risk import simulate
from risk.evaluation import both_sides
from risk.model.card import Card
from risk.model.days_asked import landmarks
from risk.model.features import featurise
from risk.model.labelling import labels
from risk.model.scorecard import CumulativeScorecard
from risk.model.splits import split
from risk.records.cohort import Cohort
from risk.world.scenario import Scenario

settings.register_profile("suite", derandomize=True)
"""The same examples on every run, so that only a change can fail; the fuzz scripts here draw new ones."""
settings.load_profile("suite")

WORLDS = "RISK_TESTS_WORLDS"
"""Names the folder in which the workers of one run find what another has made."""


def pytest_configure():
    if WORLDS not in os.environ:  # the run itself, or its only process: workers inherit the name
        os.environ[WORLDS] = mkdtemp(prefix="risk-worlds-")
        # Every process that a test starts reads what the first has compiled, as on a user's machine; not beside
        # the sources, where CI may forbid it.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = f"{os.environ[WORLDS]}/bytecode"


def pytest_unconfigure():
    if "PYTEST_XDIST_WORKER" not in os.environ:
        rmtree(os.environ.pop(WORLDS), ignore_errors=True)


def once(name: str, make: Callable[[], Any]) -> Any:
    """Return what `make` does, which is asked of one worker only."""
    file = Path(os.environ[WORLDS]) / f"{sha256(name.encode()).hexdigest()}.pickle"
    with FileLock(f"{file}.lock"):
        if not file.exists():
            file.write_bytes(pickle.dumps(make()))
    return kept(file)


@cache
def kept(file: Path) -> Any:
    return pickle.loads(file.read_bytes())


def simulated(scenario: str | Scenario, households: int, seed: int = 1, years: int | None = None) -> Cohort:
    """Return what `simulate` does. Tests of `simulate` itself call it, or they would compare a world with itself."""
    chosen = Scenario.named(scenario) if isinstance(scenario, str) else scenario
    recipe = f"{chosen.model_dump_json()} {households} {seed} {years}"
    return once(recipe, lambda: simulate(chosen, households=households, seed=seed, years=years))


def train_and_test(cohort: Cohort):
    at = featurise(landmarks(cohort.record), cohort.record)
    return split(labels(at, cohort.truth), by="household_id", test_share=0.3, seed=1)


@pytest.fixture(scope="session")
def england():
    """A small general population."""
    return simulated("england_2014", 1_500)


@pytest.fixture(scope="session")
def norfolk():
    """A few families with the review's patterns turned up."""
    return simulated("norfolk_review", 200)


@pytest.fixture(scope="session")
def england_20k():
    """The cohort that the shipped card was fitted on."""
    return simulated("england_2014", 20_000)


@pytest.fixture(scope="session")
def england_20k_split(england_20k):
    return once("england_20k_split", lambda: train_and_test(england_20k))


@pytest.fixture(scope="session")
def england_20k_card(england_20k_split):
    return once("england_20k_card", lambda: CumulativeScorecard().fit(england_20k_split[0]))


@pytest.fixture(scope="session")
def england_20k_sides(england_20k):
    """Its rows to judge, with what could be known and what the remedies need."""
    return once("england_20k_sides", lambda: both_sides([england_20k], reporting=True))


@pytest.fixture(scope="session")
def card():
    """The card that comes with the package."""
    return Card.shipped()
