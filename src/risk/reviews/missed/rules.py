"""Missed opportunities: findings by rule on any chronology, each with the events that show it.

Design §9 names them; here each has an exact definition, in the function that finds it. A finding is dated by
the day on which it could have been said from what was recorded before that day: delete the future, and
nothing before changes. They are no judgement of anybody: the absence of a record looks the same as the
absence of action, so they say "no record of", and what was right to do with them a person must ask.

Each stands in one module, with its words, in that module's `RULES`; here they are put together. They
overlap, and are not to be added up. Where dates are known to windows a finding is sure from a day on, or
only possible.
"""

from typing import Final

import polars as pl

from risk.records.cohort import Record, is_child
from risk.reviews.missed import above_line, no_response, not_seen, same_again, since_closing
from risk.reviews.missed.windows import Looked, Rules

RULES: Final[Rules] = {
    **same_again.RULES,
    **no_response.RULES,
    **above_line.RULES,
    **not_seen.RULES,
    **since_closing.RULES,
}
MISSED: Final = {name: rule.label for name, rule in RULES.items()}
LEFT_OPEN: Final = " The dates leave open whether it was so."

SCHEMA: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "child_id": pl.Int64,
    "finding": pl.Enum(list(MISSED)),
    "on": pl.Date,
    "to": pl.Date,
    "event_ids": pl.List(pl.Int64),
    "says": pl.String,
}


def missed_opportunities(
    record: Record,
    events: pl.DataFrame,
    *,
    line: int,
    scored: pl.DataFrame,
    parts: pl.DataFrame,
    viewers: pl.DataFrame,
) -> pl.DataFrame:
    """Return child_id, finding, on, to, event_ids and says: every finding of every child, by child and day.

    on: the first day on which it could be said. to: the day from which it is sure, the same where dates are
    exact; null: the dates leave open whether it was so. event_ids: what shows it, in order. says: one or two
    sentences. Only of children, and only what could be said by the end of the record.

    events: those of the record, from `windows.placed`. scored: child_id, on, points_least, points_most of the
    shared record, on the days on which anything ended (`above_line.ending_days`). parts: child_id, on and
    event_id of what made up the score, on those days and when the line was reached. viewers: see
    `above_line.silo_gaps`.
    """
    its = Looked(record, events, line, scored, parts, viewers)
    by_finding = {name: rule.find(its) for name, rule in RULES.items()}
    return _sayable(record, by_finding)


def _sayable(record: Record, by_finding: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the findings in order: of children, of what was followed, and could be said by its end."""
    rows = pl.concat(
        [rows.with_columns(finding=pl.lit(name, SCHEMA["finding"])) for name, rows in by_finding.items()]
    )
    alive = is_child(pl.col("first_on")) & is_child(pl.col("on"))
    sure = pl.when(pl.col("to") <= record.to_on).then("to")
    return (
        rows.join(record.children.select("child_id", "born_on"), on="child_id", how="inner")
        .filter(alive, pl.col("on") <= record.to_on, pl.col("first_on") >= record.from_on)
        .with_columns(to=sure)
        .with_columns(says=pl.when(pl.col("to").is_null()).then(pl.col("says") + LEFT_OPEN).otherwise("says"))
        .sort("child_id", "on", "finding", pl.col("event_ids").list.first())
        .select(list(SCHEMA))
    )
