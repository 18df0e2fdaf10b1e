"""The review: by which day the record supported an assessment, who could have seen it, and what followed.

"Should have triggered" always means: by this day, the shared record supported an assessment at this
threshold. The dated lines are named: *harm began* (hindsight, from the truth, for teaching only),
*triggered* (everybody's record together), *triggered for X* (what X alone held), *assessed*.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from risk.alarms import DEFAULT_PRICE, line_at_price
from risk.cohort import Cohort, Record, Truth
from risk.features import BAND_ENDS_DAYS, featurise, known_events
from risk.kinds import ASSESSED, LEAVES_HOME
from risk.landmarks import is_child
from risk.scorecard import CumulativeScorecard
from risk.trajectory import Trajectory

CS: Final = "childrens_services"


@dataclass(frozen=True)
class Span:
    """A day known to lie between two days, both included; latest is null when it may never have come."""

    earliest: date
    latest: date | None


@dataclass(frozen=True)
class Review:
    """One child's dated lines.

    triggered: pooled; null if the line is never reached. triggered_for: by viewer, null likewise.
    assessed: the first completed assessment or section 47 enquiry on or after the day triggered.
    protected: the first day on or after it on which the children left home. harm_began: null without truth.
    """

    path: Trajectory
    triggered: Span | None
    triggered_for: dict[str, Span | None]
    assessed: Span | None
    protected: Span | None
    harm_began: date | None

    @property
    def days_between(self) -> tuple[int, int] | None:
        """The fewest and the most days from triggered to assessed; null if either never came."""
        return _days_between(self.triggered, self.assessed)

    @property
    def days_to_protection(self) -> tuple[int, int] | None:
        """The fewest and the most days from triggered to leaving home; null if either never came."""
        return _days_between(self.triggered, self.protected)

    @property
    def score_on(self) -> date:
        """The day whose score is explained: the earliest day triggered, or the highest day."""
        if self.triggered is not None:
            return self.triggered.earliest
        highest: date = self.path.of("pooled").sort("points_most", "on", descending=[True, False])["on"][0]
        return highest

    def events(self) -> pl.DataFrame:
        """Return the chronology with each event's points on `score_on`; they sum to that day's score."""
        return self.path.events.join(
            self.path.points_on(self.score_on), on="event_id", how="left", maintain_order="left"
        ).with_columns(pl.col("points").fill_null(0))


def review(path: Trajectory, truth: Truth | None = None) -> Review:
    """Return a child's dated lines, from its trajectory and, for hindsight, the truth behind it.

    With imprecise dates a line has an earliest day, on which some placing of the dates would reach it,
    and a latest day, by which every placing has.
    """
    viewers = path.daily["viewer"].unique(maintain_order=True).to_list()
    crossings = {viewer: _crossing(path, viewer) for viewer in viewers}
    triggered = crossings.pop("pooled")
    return Review(
        path=path,
        triggered=triggered,
        triggered_for=crossings,
        assessed=_first_after(path, triggered, ASSESSED),
        protected=_first_after(path, triggered, LEAVES_HOME),
        harm_began=None if truth is None else _harm_began(truth, path.child_id),
    )


def _crossing(path: Trajectory, viewer: str) -> Span | None:
    daily = path.of(viewer)
    possible = daily.filter(pl.col("points_most") >= path.line)["on"]
    certain = daily.filter(pl.col("points_least") >= path.line)["on"]
    if possible.is_empty():
        return None
    return Span(possible[0], certain[0] if len(certain) else None)


def _first_after(path: Trajectory, triggered: Span | None, kinds: tuple[str, ...]) -> Span | None:
    if triggered is None:
        return None
    # One that may have come before, by an imprecise date, is no answer to what came first after.
    after = path.events.filter(
        pl.col("kind").is_in(kinds),
        pl.col("recorded_on") >= triggered.earliest,
        pl.col("relation") != "sibling",
    )
    if after.is_empty():
        return None
    earliest, latest = after.select(pl.col("recorded_on").min(), pl.col("latest_on").min()).row(0)
    return Span(earliest, latest)


def _harm_began(truth: Truth, child_id: int) -> date | None:
    began: date | None = truth.harms.filter(pl.col("child_id") == child_id)["warranted_from"].min()  # type: ignore[assignment]
    return began


def _days_between(start: Span | None, end: Span | None) -> tuple[int, int] | None:
    if start is None or end is None or end.latest is None:
        return None
    last_start = min(start.latest or end.latest, end.latest)
    return max((end.earliest - last_start).days, 0), (end.latest - start.earliest).days


def review_cohort(card: CumulativeScorecard, cohort: Cohort, *, price: float = DEFAULT_PRICE) -> pl.DataFrame:
    """Return one row a child whom harm reached or whose record reached the line, sorted by child.

    child_id, harm_began_on, triggered_on, triggered_for_childrens_services_on, assessed_on, days_between
    (from triggered to assessed), days_from_harm (from harm began to triggered; negative: before it).
    """
    line = line_at_price(card, price)
    began = cohort.truth.harms.group_by("child_id").agg(harm_began_on=pl.col("warranted_from").min())
    pooled = first_crossings(card, cohort.record, line).rename({"crossed_on": "triggered_on"})
    told = first_crossings(card, cohort.record, line, viewer=CS).rename(
        {"crossed_on": "triggered_for_childrens_services_on"}
    )
    reached = began.join(pooled, on="child_id", how="full", coalesce=True).join(
        told, on="child_id", how="full", coalesce=True
    )
    assessed = (
        cohort.record.events_by_child()
        .filter(pl.col("kind").is_in(ASSESSED), pl.col("relation") != "sibling")
        .select("child_id", assessed_on="recorded_on")
        .join(pooled, on="child_id", how="inner")
        .filter(pl.col("assessed_on") >= pl.col("triggered_on"))
        .group_by("child_id")
        .agg(pl.col("assessed_on").min())
    )
    return (
        reached.join(assessed, on="child_id", how="left")
        .with_columns(
            days_between=(pl.col("assessed_on") - pl.col("triggered_on")).dt.total_days(),
            days_from_harm=(pl.col("triggered_on") - pl.col("harm_began_on")).dt.total_days(),
        )
        .sort("child_id")
    )


def cohort_summary(children: pl.DataFrame, from_on: date) -> dict[str, int | float | None]:
    """Return counts of children and medians of days from the rows of `review_cohort`.

    What came first, harm or the line, is asked only of children whose harm began after from_on, the first
    day of the record: nothing could have been written before harm that was there already.
    """
    harmed, triggered = pl.col("harm_began_on").is_not_null(), pl.col("triggered_on").is_not_null()
    began_later = pl.col("harm_began_on") > from_on
    both = children.filter(began_later & triggered)
    before = (both["days_from_harm"] < 0).to_numpy()

    def count(those: pl.Expr) -> int:
        return children.filter(those).height

    return {
        "children_harm_reached": count(harmed),
        "of_these_triggered": count(harmed & triggered),
        "of_these_triggered_and_never_assessed": count(harmed & triggered & pl.col("assessed_on").is_null()),
        "children_triggered": count(triggered),
        "children_triggered_for_childrens_services": count(
            pl.col("triggered_for_childrens_services_on").is_not_null()
        ),
        "children_assessed_after": count(pl.col("assessed_on").is_not_null()),
        "median_days_from_triggered_to_assessed": _median(children["days_between"]),
        "children_whose_harm_began_during_the_record": count(began_later),
        "of_these_triggered_before_or_after": both.height,
        "median_days_from_harm_to_triggered": _median(both["days_from_harm"]),
        "share_triggered_before_harm": float(before.mean()) if both.height else None,
    }


def _median(days: pl.Series) -> float | None:
    known = days.drop_nulls().to_numpy()
    return float(np.median(known)) if len(known) else None


def first_crossings(
    card: CumulativeScorecard, record: Record, line: int, *, viewer: str = "pooled"
) -> pl.DataFrame:
    """Return child_id and crossed_on, the first day on which a child's score reaches the line.

    A score only rises on the day after something became known, or when a finding that lowered it
    expires; so those days, and the day of birth, are all that need looking at. Until the 18th birthday.
    """
    known = known_events(record, viewer)
    known_day = known.select("child_id", "household_id", after=pl.col("known_on"))
    lapses = known.filter(pl.col("unsubstantiated"))
    births = record.children.select(
        "child_id", "household_id", after=pl.col("born_on") - timedelta(days=1)
    ).drop_nulls()
    at = (
        pl.concat(
            [known_day, births]
            + [
                lapses.select("child_id", "household_id", after=pl.col("recorded_on") + timedelta(days=d))
                for d in BAND_ENDS_DAYS
            ]
        )
        .with_columns(landmark_on=pl.col("after") + timedelta(days=1))
        .join(record.children.select("child_id", "born_on"), on="child_id", how="inner")
        .filter(is_child(pl.col("landmark_on")), pl.col("landmark_on") <= record.to_on)
        .select("child_id", "household_id", "landmark_on")
        .unique()
        .sort("child_id", "landmark_on")
    )
    scored = card.score_table(featurise(at, record, viewer=viewer))
    return (
        scored.filter(pl.col("points") >= line)
        .group_by("child_id")
        .agg(crossed_on=pl.col("landmark_on").min())
        .sort("child_id")
    )
