"""Alarms: when a score is high enough to ask a person to look.

The line is put where a stated price says: how many assessments would you make to find one that was
warranted? At a price of 5 the line is the lowest score at which one in five is. Nothing is tuned on
accuracy, and after an alarm there is quiet until the review is due.

Vickers and Elkin (2006), Medical Decision Making 26:565-574 (the price as an exchange rate).
"""

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import polars as pl

from risk.mistakes import InputError
from risk.scorecard import CumulativeScorecard

DEFAULT_PRICE: Final = 5.0
REVIEW_DAYS: Final = 84
LOWEST_LINE: Final = 1
"""A score of 0 or less is that of a child about whom nothing is known: no line lies there."""


@dataclass(frozen=True)
class AlarmPolicy:
    """When a score becomes an alarm.

    line: an alarm is raised at this score or above. quiet_days: after an alarm, days in which the same
    child raises no other, because somebody is looking.
    """

    line: int
    quiet_days: int = REVIEW_DAYS


def line_at_price(card: CumulativeScorecard, price: float = DEFAULT_PRICE) -> int:
    """Return the lowest score at which one in `price` children warrants an assessment.

    price: assessments one would make to find one that was warranted; above 1. Raises InputError for a
    price of 1 or less, and for one so low that no score of this card is sure enough.
    """
    if not 1 < price < math.inf:
        raise InputError(f"price = {price:g}; to find one warranted assessment takes more than 1")
    line = card.points_at(1 / price)
    if line is None:
        surest = float(card.risk_["p_warranted"].to_numpy().max())
        raise InputError(
            f"price = {price:g}: this card is never surer than {surest:.2f}, so its lowest price is "
            f"{1 / surest:.2f}; give a higher price, or fit a card to more households"
        )
    return max(line, LOWEST_LINE)


def raise_alarms(scored: pl.DataFrame, policy: AlarmPolicy, *, by: str = "points") -> pl.DataFrame:
    """Return the rows of `scored` at which an alarm is raised, sorted by child and day.

    scored: child_id, landmark_on and the column `by` to compare with the line.
    """
    quiet = timedelta(days=policy.quiet_days)
    waiting = scored.filter(pl.col(by) >= policy.line).sort("child_id", "landmark_on")
    raised = [waiting.clear()]
    while waiting.height:
        first = waiting.unique("child_id", keep="first", maintain_order=True)
        raised.append(first)
        until = first.select("child_id", quiet_to=pl.col("landmark_on") + quiet)
        waiting = (
            waiting.join(until, on="child_id", how="inner", maintain_order="left")
            .filter(pl.col("landmark_on") >= pl.col("quiet_to"))
            .drop("quiet_to")
        )
    return pl.concat(raised).sort("child_id", "landmark_on")
