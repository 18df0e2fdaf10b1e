"""The bands: what a score was on each day over the ways in which the dates can fall, as a few shares of them.

The median says what it was as likely as not; the shares round it fade towards what only few ways give.
"""

from datetime import date
from typing import Final

import numpy as np
import polars as pl

from risk.core.arrays import Ints, day_of
from risk.reviews.daily_scores import Trajectory
from risk.reviews.placings.drawing import drawn_placings
from risk.reviews.placings.questions import TOLD_ALL, Placed, placed, question
from risk.reviews.placings.setting import Setting

SHARES: Final = {
    "low": 0.02,
    "lower": 0.1,
    "under": 0.25,
    "median": 0.5,
    "over": 0.75,
    "upper": 0.9,
    "high": 0.98,
}
"""By name: of so many placings, the score of a day is at most this."""

PLACINGS: Final = 1_500
SCORES_AT_ONCE: Final = 60_000
STEADIED_DAYS: Final = 29


def daily_bands(path: Trajectory, stated: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return viewer and on with the score of each day in the columns of `SHARES`, viewer by viewer.

    Where every date is exact they are all the score. `TOLD_ALL` is a viewer where the account leaves open
    what children's services were told. stated: what a person's chronology says, as `Case.stated`.
    """
    viewers = path.daily["viewer"].unique(maintain_order=True).to_list()
    if stated is not None and stated["told"].null_count():
        viewers.append(TOLD_ALL)
    of = placed(path, stated)
    on = path.of("pooled")["on"]
    return pl.concat(_of_viewer(of, viewer, on) for viewer in viewers)


def _of_viewer(of: Placed, viewer: str, on: pl.Series) -> pl.DataFrame:
    setting = question(of, viewer)
    placings = drawn_placings(setting, 1 if setting.is_exact.all() else PLACINGS)
    shares = list(SHARES.values())
    days = np.arange(setting.from_day, setting.never)
    n = SCORES_AT_ONCE // len(placings)
    at_once = (_scores(setting, placings, days[i : i + n]) for i in range(0, len(days), n))
    parts = [np.quantile(scores, shares, axis=0, method="inverted_cdf") for scores in at_once]
    scores = np.concatenate(parts, axis=1).astype(np.int32)
    columns = {name: scores[n] for n, name in enumerate(SHARES)}
    bands = pl.DataFrame({"viewer": pl.Series([viewer] * len(on), dtype=pl.String), "on": on, **columns})
    return bands if len(placings) == 1 else bands.with_columns(_steadied(name) for name in SHARES)


def _steadied(name: str) -> pl.Expr:
    """Return a score without what luck adds for a few days; no step moves by it."""
    steadied = pl.col(name).rolling_median(STEADIED_DAYS, center=True).round().cast(pl.Int32)
    return steadied.fill_null(pl.col(name))


def _scores(setting: Setting, placings: Ints, days: Ints) -> Ints:
    """Return the score of each placing on each day, as (placings, days)."""
    held = np.zeros((len(setting.signs), len(placings), len(days)), np.int64)
    for item, worths in enumerate(setting.worths):
        # Of an exact date one placing says it for all.
        on = placings[:1, item, None] if setting.is_exact[item] else placings[:, item, None]
        ages = days[None, :] - on
        for worth in worths:
            np.maximum(held[worth.line], worth.at(ages), out=held[worth.line])
    score: Ints = np.tensordot(setting.signs, held, axes=1)
    return score


def on_the_table(path: Trajectory, stated: pl.DataFrame | None, until: date) -> Ints:
    """Return the score, in each placing, of the records that lie on the table of a class that stops on a day.

    That is the score on the day after the last of them was written down, whenever that was.
    """
    of = placed(path, stated, until=until)
    setting = question(of, "pooled")
    n = 1 if of.setting.is_exact.all() else PLACINGS
    whole = of.setting
    placings = drawn_placings(whole, n)
    after = placings.max(axis=1) + 1 if placings.shape[1] else np.full(n, day_of(until) + 1)
    kept = [int(np.flatnonzero((whole.addresses == a).all(axis=1))[0]) for a in setting.addresses]
    held = np.zeros((len(setting.signs), n), np.int64)
    for item, worths in zip(kept, setting.worths, strict=True):
        for worth in worths:
            np.maximum(held[worth.line], worth.at(after - placings[:, item]), out=held[worth.line])
    score: Ints = setting.signs @ held
    return score
