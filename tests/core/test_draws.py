import numpy as np
import pytest

from risk.core.draws import Stream, by_household, by_row, choose, draw_four, draw_row, philox4x32
from risk.world.simulate import luck


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        # Known answers of the Random123 library for philox4x32-10.
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_its_published_test_vectors(counter, key, words):
    assert philox4x32(counter, key)[:, 0].tolist() == list(words)


def test_a_household_draws_the_same_in_any_block():
    whole = by_household(7, Stream.HARM, 3, 0, 100, 8)
    parts = [by_household(7, Stream.HARM, 3, a, b - a, 8) for a, b in ((64, 100), (0, 1), (1, 64))]
    assert np.array_equal(whole, np.concatenate([parts[1], parts[2], parts[0]]))


def test_a_row_draws_the_same_alone_as_among_others():
    households, items = np.array([5, 9, 5]), np.array([1, 1, 2])
    together = by_row(7, Stream.NOTICING, households, 3, items, 6)
    alone = by_row(7, Stream.NOTICING, 9, 3, 1, 6)
    assert np.array_equal(together[:, 1], alone[:, 0])


AS_WRITTEN_AND_COMPILED = pytest.mark.parametrize("how", [np.errstate(over="ignore"), lambda drawn: drawn])


@AS_WRITTEN_AND_COMPILED
@pytest.mark.parametrize("seed", [1, 7, 2**63 + 12345])
def test_one_address_draws_what_an_array_of_them_draws(how, seed):
    compiled = not isinstance(how, np.errstate)
    four, row = (how(d) for d in ((luck.four, luck.row) if compiled else (draw_four, draw_row)))
    out = np.empty(16)
    for household, week in ((0, 0), (5, 17), (2**31, 1043)):
        four(np.uint64(seed), int(Stream.INCIDENT), week, household, out)
        assert out[:4].tolist() == by_household(seed, Stream.INCIDENT, week, household, 1, 4)[0].tolist()
        row(np.uint64(seed), int(Stream.NOTICING), household, week, 4099, 14, out)
        assert out[:14].tolist() == by_row(seed, Stream.NOTICING, household, week, 4099, 14)[:, 0].tolist()


@pytest.mark.parametrize("change", [{"seed": 8}, {"stream": Stream.PRACTICE}, {"week": 4}])
def test_changing_any_part_of_an_address_changes_the_draw(change):
    address = {"seed": 7, "stream": Stream.HARM, "week": 3, "first": 0, "count": 50, "slots": 4}
    assert not np.isclose(by_household(**address), by_household(**(address | change))).any()


def test_streams_with_neighbouring_addresses_are_uncorrelated():
    n = 20_000
    columns = [by_household(1, s, w, 0, n, 4)[:, 0] for s in (Stream.HARM, Stream.INCIDENT) for w in (0, 1)]
    columns.append(by_row(1, Stream.NOTICING, np.arange(n), 0, 0, 1)[0])
    off_diagonal = np.corrcoef(columns)[~np.eye(len(columns), dtype=bool)]
    assert np.abs(off_diagonal).max() < 4.5 / np.sqrt(n)
    assert np.abs(np.mean(columns, axis=1) - 0.5).max() < 4.5 * np.sqrt(1 / 12 / n)


def test_the_numbers_of_streams_are_frozen():
    # Renumbering a stream changes every cohort ever made: append below, never edit.
    assert {s.name: s.value for s in Stream} == {
        "FAMILY": 1,
        "HARM": 2,
        "INCIDENT": 3,
        "INCIDENT_DETAIL": 4,
        "NOTICING": 5,
        "PRACTICE": 6,
        "SPLIT": 7,
        "CALIBRATION": 8,
        "HARM_DETAIL": 9,
        "FACTORS": 10,
        "ADULTS": 11,
        "PRESSURE": 12,
        "PLACING": 13,
        "SAMPLE": 14,
        "VISITING": 15,
        "CARE": 16,
        "PLACEMENT": 17,
        "STRENGTHS": 18,
        "SCREENING": 19,
        "OPENING": 20,
    }


def test_a_uniform_falls_into_the_share_it_belongs_to():
    assert choose(np.array([0.0, 0.19, 0.2, 0.69, 0.7, 0.999]), [0.2, 0.5, 0.3]).tolist() == [
        0,
        0,
        1,
        1,
        2,
        2,
    ]


def test_rounding_never_chooses_past_the_last_share():
    assert choose(np.array([1 - 2**-53]), [0.1] * 10).tolist() == [9]
