"""Cohorts that many tests read; made once a session, never changed."""

import pytest

from risk import simulate
from risk.evaluation.judged_rows import both_sides
from risk.model.card import Card
from risk.model.days_asked import landmarks
from risk.model.features import featurise
from risk.model.labelling import labels
from risk.model.scorecard import CumulativeScorecard
from risk.model.splits import split
from risk.records.cohort import Cohort
from risk.world.scenario import Scenario


def simulated(scenario: str | Scenario, households: int, seed: int = 1, **more) -> Cohort:
    chosen = Scenario.named(scenario) if isinstance(scenario, str) else scenario
    return simulate(chosen, households=households, seed=seed, **more)


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
    return train_and_test(england_20k)


@pytest.fixture(scope="session")
def england_20k_card(england_20k_split):
    return CumulativeScorecard().fit(england_20k_split[0])


@pytest.fixture(scope="session")
def england_20k_sides(england_20k):
    """Its rows to judge, with what could be known and what the remedies need."""
    return both_sides([england_20k], reporting=True)


@pytest.fixture(scope="session")
def card():
    """The card that comes with the package."""
    return Card.shipped()
