"""The inspection: the day that lists are of, what was known on its evening, and the months before it."""

from dataclasses import dataclass
from datetime import date
from typing import Self

import polars as pl

from risk.national.returns.care import Care
from risk.national.returns.episodes import EPISODE, IS_ABOUT, as_known
from risk.national.returns.pathway import Pathway
from risk.records.cohort import Record


@dataclass(frozen=True)
class Inspection:
    """The day of an inspection, and what the record knew on its evening."""

    on: date
    record: Record
    children: pl.DataFrame
    pathway: Pathway
    care: Care

    @classmethod
    def of(cls, record: Record, on: date) -> Self:
        """Return what a record knew on a day; every child's day of birth is in the record."""
        children = as_known(record.children, on).sort("child_id")
        return cls(on, record, children, Pathway.on(record, on), Care.on(record, on))

    def within(self, day: str, months: int) -> pl.Expr:
        """Say whether a day is in the months up to this one: after the same date so many months ago."""
        return (pl.col(day) > pl.lit(self.on).dt.offset_by(f"-{months}mo")) & (pl.col(day) <= self.on)

    def open_or_ended(self, day: str) -> pl.Expr:
        """Say whether what ends on a day lasts, or ended in the last six months."""
        return pl.col(day).is_null() | (pl.col(day) > self.on) | self.within(day, 6)

    def counted(self, rows: pl.DataFrame, day: str, name: str) -> pl.DataFrame:
        """Return child_id and how many of these rows the child has within the last 12 months."""
        return rows.filter(self.within(day, 12)).group_by("child_id").agg(pl.len().cast(pl.Int64).alias(name))

    def last_visit(
        self, spans: pl.DataFrame, begins: str, ends: str, *, only_seen: bool = False
    ) -> pl.Series:
        """Return the day of the last visit to the child within each span; null for none.

        A span that has not ended lasts to the day of the inspection. only_seen: of the visits that say that
        they saw the child.
        """
        visits = self.responses("home_visit").filter((pl.col("finding") == "child_seen") | (not only_seen))
        during = pl.col("on").is_between(begins, pl.col(ends).fill_null(self.on))
        places = spans.select("child_id", begins, ends).with_row_index("place")
        last = places.join(visits, on="child_id").filter(during).group_by("place").agg(pl.col("on").max())
        return places.join(last, on="place", how="left", maintain_order="left")["on"]

    def was_seen(self, assessments: pl.DataFrame) -> pl.Series:
        """Return whether the child of each assessment was seen at a visit during it; null without a visit.

        assessments: child_id, referral_id, started_on, completed_on; one that was never completed lasts as
        long as its episode.
        """
        ends = self.pathway.episodes.select(*EPISODE, "ended_on")
        rows = assessments.join(ends, on=EPISODE, maintain_order="left").with_columns(
            over=pl.coalesce("completed_on", "ended_on")
        )
        visited, seen = (
            self.last_visit(rows, "started_on", "over", only_seen=only) for only in (False, True)
        )
        return pl.select(pl.when(visited.is_not_null()).then(seen.is_not_null())).to_series()

    def responses(self, kind: str, months: int | None = None) -> pl.DataFrame:
        """Return child_id, on, agency and finding: the responses of a kind, once for each child.

        months: of those up to the day; of all time unless given.
        """
        homes = self.children.select("household_id", "born_on", "grown_on", of_child="child_id")
        whom = pl.col("child_id")
        return (
            self.record.events.filter(pl.col("kind") == kind, pl.col("recorded_on") <= self.on)
            .join(homes, on="household_id")
            .filter(whom.is_null() | (whom == pl.col("of_child")))
            .filter(True if months is None else self.within("occurred_on", months))
            .rename({"occurred_on": "on"})
            .filter(IS_ABOUT)
            .select("on", "agency", "finding", "event_id", child_id="of_child")
            .sort("child_id", "on", "event_id")
        )
