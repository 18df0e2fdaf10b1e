"""The challengers: models that are fitted freely, to see how much a card of whole points gives away.

An L1 logistic regression on log counts, gradient boosting held to rise with what raises a score, and, with
the optional extra `challengers`, an explainable boosting machine. None is explained, saved or used.
"""

from collections.abc import Callable, Collection
from importlib import import_module
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from risk.core.errors import InputError, unknown
from risk.model.features import BANDS, FEATURES, LINES
from risk.model.packing import COUNTS, ROWS_AT_A_TIME, count_matrix

LEARNED: Final = ("l1_logistic", "boosting", "ebm")
MOST_ROWS: Final = 250_000
MOST_ROWS_OF_EBM: Final = 60_000
SPREAD: Final = 2_654_435_761  # an odd number that scatters household ids over 32 bits
NO_EBM: Final = (
    "The explainable boosting machine is left out: it needs the package interpret-core "
    "(pip install 'risk-trajectory[challengers]')."
)

Matrix = NDArray[np.float32]
Probabilities = NDArray[np.float64]
Model = Callable[[pl.DataFrame], Probabilities]
"""What gives each row of a landmark table with features, packed or not, its probability."""


def challenge(
    train: pl.DataFrame, test: pl.DataFrame, names: Collection[str] = LEARNED
) -> tuple[pl.DataFrame, list[str]]:
    """Return `test` with p_… of each of `LEARNED` that is named, and a sentence for each left out unasked.

    train, test: landmark rows with features, packed or not; `train` also with `warranted`. Rows without an
    answer are not learned from, and of more than `MOST_ROWS` only those of some households are. Raises
    InputError for a name that is none of `LEARNED`.
    """
    for name in names:
        if name not in LEARNED:
            raise InputError(unknown("challenger", name, LEARNED))
    read = ("household_id", "warranted", *FEATURES, COUNTS)
    answered = train.select(c for c in train.columns if c in read).filter(pl.col("warranted").is_not_null())
    if answered["warranted"].n_unique() < 2:
        return test, ["The challengers are left out: all rows to learn from have the same answer."]
    some, few = some_households(answered, MOST_ROWS), some_households(answered, MOST_ROWS_OF_EBM)
    fit = {"l1_logistic": _logistic, "boosting": _boosting}
    models = {name: fit[name](some) for name in LEARNED if name in names and name in fit}
    fit_ebm = _ebm() if "ebm" in names else None
    if fit_ebm is not None:
        machine = fit_ebm(_matrix(few), _answer(few), list(FEATURES), list(signs().values()))
        models["ebm"] = lambda at: machine.predict_proba(_matrix(at))[:, 1]
    columns = {f"p_{name}": _chances(model, test) for name, model in models.items()}
    return test.with_columns(**columns), [NO_EBM] if "ebm" in names and fit_ebm is None else []


def signs() -> dict[str, int]:
    """Return 1 for each feature that may only raise a risk, and 0 for those left free."""
    raises = {f"n_{line.name}_{band}" for line in LINES if line.raises for band in BANDS}
    return {name: int(name in raises) for name in FEATURES}


def some_households(at: pl.DataFrame, most_rows: int) -> pl.DataFrame:
    """Return all rows of `at`, or about `most_rows`, those of whole households chosen by their ids alone."""
    if at.height <= most_rows:
        return at
    household = at["household_id"].to_numpy().astype(np.uint64)
    scattered = (household * np.uint64(SPREAD)) & np.uint64(0xFFFFFFFF)
    return at.filter(pl.Series(scattered < most_rows / at.height * 2**32))


def _answer(at: pl.DataFrame) -> NDArray[np.bool_]:
    answer: NDArray[np.bool_] = at["warranted"].to_numpy()
    return answer


def _matrix(at: pl.DataFrame) -> Matrix:
    return count_matrix(at).astype(np.float32)


def _chances(model: Model, test: pl.DataFrame) -> pl.Series:
    """Return what a model gives each row, some rows at a time: as a matrix they take much memory."""
    some = [model(rows) for rows in test.iter_slices(ROWS_AT_A_TIME)]
    return pl.Series(np.concatenate(some) if some else [], dtype=pl.Float64)


def _logistic(train: pl.DataFrame) -> Model:
    """Return an L1-penalised logistic regression on log(1 + count)."""
    model = LogisticRegression(l1_ratio=1.0, C=0.1, solver="liblinear", random_state=1, max_iter=500)
    model.fit(_logarithms(train), _answer(train))
    return lambda at: model.predict_proba(_logarithms(at))[:, 1]


def _logarithms(at: pl.DataFrame) -> csr_array[np.float32]:
    return csr_array(np.log1p(_matrix(at)))


def _boosting(train: pl.DataFrame) -> Model:
    """Return boosted trees that never fall as a feature of `signs` rises."""
    model = HistGradientBoostingClassifier(
        monotonic_cst=list(signs().values()),
        max_iter=200,
        learning_rate=0.06,
        max_leaf_nodes=15,
        min_samples_leaf=100,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=1,
    )

    # On a machine that is shared, its threads wait for one another: one alone is many times faster there.
    def chances(at: pl.DataFrame) -> Probabilities:
        with threadpool_limits(1):
            given: Probabilities = model.predict_proba(_matrix(at))[:, 1]
            return given

    with threadpool_limits(1):
        model.fit(_matrix(train), _answer(train))
    return chances


def _ebm() -> Callable[[Matrix, NDArray[np.bool_], list[str], list[int]], Any] | None:
    """Return what fits an explainable boosting machine, or nothing when its package is not installed."""
    try:
        module = import_module("risk.evaluation.ebm")
    except ModuleNotFoundError as error:
        if error.name not in ("interpret", "interpret.glassbox"):
            raise
        return None
    fit: Callable[[Matrix, NDArray[np.bool_], list[str], list[int]], Any] = module.fitted
    return fit
