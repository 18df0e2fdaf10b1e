"""The packed rows: as small as they are, they are the same rows to whoever reads them."""

import numpy as np
import polars as pl
import pytest

from conftest import train_and_test
from risk.core.errors import InputError
from risk.model.features import FEATURES, HISTORY, LINE_NAMES, bands_of, history, newest_band
from risk.model.packing import COUNTS, count_matrix, packed, unpacked
from risk.model.scorecard import CumulativeScorecard


@pytest.fixture(scope="module")
def rows(norfolk):
    return train_and_test(norfolk)[0]


def test_rows_come_back_from_packing_as_they_were(rows):
    small = packed(rows)
    assert {HISTORY, COUNTS} <= set(small.columns)
    assert not set(FEATURES) & set(small.columns)
    assert unpacked(small).select(rows.columns).equals(rows)
    assert (count_matrix(small) == count_matrix(rows)).all()


def test_any_of_the_packed_rows_come_back_alone(rows):
    kept = pl.Series(np.arange(rows.height) % 3 == 0)
    assert unpacked(packed(rows).filter(kept)).select(rows.columns).equals(rows.filter(kept))
    assert unpacked(packed(rows.clear())).height == 0


def test_a_row_with_nothing_on_it_and_one_with_thousands_of_records_are_packed(rows):
    few = rows.head(2).with_columns(pl.lit(0, pl.Int16).alias(name) for name in FEATURES)
    few = few.with_columns(pl.Series(FEATURES[-1], [0, 32_767], pl.Int16))
    assert unpacked(packed(few)).select(few.columns).equals(few)
    assert packed(few)[COUNTS].list.len().to_list() == [0, 1]


def test_a_history_says_the_newest_band_of_every_line_and_sorts_as_they_do(rows):
    number = history(rows)
    bands = np.column_stack([newest_band(rows, line) for line in LINE_NAMES])
    for i, line in enumerate(LINE_NAMES):
        assert (bands_of(number, line) == bands[:, i]).all()
    each, of_row = np.unique(bands, axis=0, return_inverse=True)
    assert (np.unique(number, return_inverse=True)[1] == of_row.ravel()).all()
    assert len(np.unique(number)) == len(each)


def test_a_card_is_fitted_to_packed_rows_as_to_others_and_scores_them_alike(rows):
    card, again = (CumulativeScorecard().fit(some).card_ for some in (rows, packed(rows)))
    assert again.to_json() == card.to_json()
    assert (card.scores(packed(rows)) == card.scores(rows)).all()


def test_packed_rows_without_an_answer_are_refused_as_others_are(rows):
    with pytest.raises(InputError, match="without the answer `warranted`"):
        CumulativeScorecard().fit(packed(rows.drop("warranted")))
