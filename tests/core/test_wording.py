"""The wording: a share as so many of ten, and what it never says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.core.wording import BASES, NUMBERS, frequency, of_ten, what_a_line_finds

SHARES = st.floats(0, 1)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "none"),
        (1e-9, "fewer than one"),
        (0.0499, "fewer than one"),
        (0.05, "about one"),
        (0.48, "about five"),
        (0.55, "about six"),
        (0.9499, "about nine"),
        (0.95, "nearly all"),
        (1 - 1e-9, "nearly all"),
        (1.0, "all"),
        (None, "an unknown number"),
        (float("nan"), "an unknown number"),
    ],
)
def test_a_share_is_said_as_so_many_of_ten(share, said):
    assert of_ten(share) == said


@given(SHARES, st.sampled_from(list(BASES)))
def test_none_and_all_are_said_of_nothing_else(share, of):
    assert (of_ten(share, of) == "none") == (share == 0)
    assert (of_ten(share, of) == "all") == (share == 1)


@given(SHARES, SHARES)
def test_more_is_never_said_as_fewer(one, other):
    order = ["none", "fewer than one", *(f"about {n}" for n in NUMBERS[1:10]), "nearly all", "all"]
    least, most = sorted((one, other))
    assert order.index(of_ten(least)) <= order.index(of_ten(most))


@given(st.floats(0.05, 0.9499))
def test_what_is_said_is_within_half_of_one_of_ten(share):
    n = NUMBERS.index(of_ten(share).removeprefix("about "))
    assert abs(n - 10 * share) <= 0.5 + 1e-9


@given(st.floats(0.001, 0.1))
def test_what_is_rare_is_said_of_a_larger_number_and_never_as_fewer_than_one(share):
    assert frequency(share).startswith("about")


@given(st.floats(0, 1, exclude_min=True))
def test_what_exists_is_never_said_to_be_none(share):
    assert "none" not in frequency(share)
    assert "no " not in frequency(share)


def test_a_line_is_told_by_whom_it_asks_about_and_whom_it_finds():
    assert what_a_line_finds(0.48, 0.61, 0.6) == (
        "Of ten children at or above this line about five needed an assessment that day, about six that day or "
        "within 12 weeks; of ten who came to harm it finds about six."
    )
    assert what_a_line_finds(None, 0.61, 0.0) == (
        "Of ten children at or above this line about six needed an assessment that day or within 12 weeks; of "
        "ten who came to harm it finds none."
    )
