"""Kinds of harm: harm that is there today, and harm that is still to come within the horizon, apart.

Most rows that warrant an assessment are of harm that is there already; to see it is not to foresee. So each
kind is judged alone, against the rows with neither, and only of the second is it said that a score predicts.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl

from risk.core.arrays import Bools, Floats
from risk.model.bootstrap import share

KINDS: Final = {"today": "harm today", "to_come": "harm to come"}
RATIOS_OF_KIND: Final = {
    f"{ratio}_{kind}": f"{words}, {of_kind}"
    for kind, of_kind in KINDS.items()
    for ratio, words in {"auc_skill": "AUC above a half", "ap_ratio": "average precision"}.items()
}


def each_kind(answered: pl.DataFrame) -> Iterator[tuple[str, Bools, Bools]]:
    """Give each kind, which rows it is judged on, and its answer on them; nothing where nobody can tell.

    answered: rows with `warranted`, not null, and if they can be told apart `harm_today`.
    """
    if "harm_today" not in answered.columns:
        return
    warranted, today = (answered[c].cast(pl.Boolean).to_numpy() for c in ("warranted", "harm_today"))
    for kind, answer in zip(KINDS, (warranted & today, warranted & ~today), strict=True):
        judged_on = answer | ~warranted
        yield kind, judged_on, answer[judged_on]


def best_score(rows: pl.DataFrame, kind: str) -> Floats:
    """Return how likely a row is of this kind and not of neither, to one who knows how the world works.

    By Bayes' rule, from what `knowable` adds: no score that reads the record orders such rows better.
    """
    whole = rows["p_knowable"].to_numpy()
    if "p_now" not in rows.columns:
        return whole
    of_kind = rows[{"today": "p_now", "to_come": "p_to_come"}[kind]].to_numpy()
    return np.nan_to_num(share(of_kind, of_kind + 1 - whole))
