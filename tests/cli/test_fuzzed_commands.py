"""Whole commands on chronologies that are nearly ones: each ends with a status and a sentence, quickly."""

import sys

import pytest
from hypothesis import HealthCheck, given, settings

from command import risk
from fuzz_commands import READING, WRITING, plausible, ran

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="measures by /proc")


@pytest.fixture(scope="module", autouse=True)
def warm():
    """What a command loads is no cost of a file's."""
    risk("review", "norfolk_review")


@pytest.mark.parametrize("words", [*READING, WRITING[1]])
def test_a_command_on_a_chronology_that_is_nearly_one_ends_as_it_should(words):
    read = []

    @settings(
        max_examples=6,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(plausible())
    def survive(file):
        result = ran(words, *file)
        assert not result.wrong, result
        read.append(result.status == 0)

    survive()
    assert any(read)  # or the commands do not go on
