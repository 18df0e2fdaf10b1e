"""The review: by which day the record supported an assessment, who could have seen it, and what followed.

"Should have triggered" always means: by this day, the shared record supported an assessment at this
threshold. The dated lines are named: *harm began* (hindsight, from the truth, for teaching only),
*triggered* (everybody's record together), *triggered for X* (what X alone held), *assessed*.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl

from risk.alarms import DEFAULT_PRICE, line_at_price
from risk.chronology import Case
from risk.cohort import Cohort, Record, Truth
from risk.features import BAND_ENDS_DAYS, featurise, known_events
from risk.kinds import ASSESSED, INVENTED, LEAVES_HOME, NOT_FOR_DECISIONS, label
from risk.scorecard import CumulativeScorecard
from risk.trajectory import Trajectory

CS: Final = "childrens_services"


@dataclass(frozen=True)
class Span:
    """A day known to lie between two days, both included; latest is null when it may never have come."""

    earliest: date
    latest: date | None

    def __str__(self) -> str:
        """Return it as it reads after "on" or "by"."""
        if self.latest is None:
            return f"{day(self.earliest)} at the earliest, and perhaps never"
        if self.latest == self.earliest:
            return day(self.earliest)
        return f"{day(self.earliest)} at the earliest and {day(self.latest)} at the latest"


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
    after = path.events.filter(pl.col("kind").is_in(kinds), pl.col("recorded_on") >= triggered.earliest)
    if after.is_empty():
        return None
    first = after.row(0, named=True)
    return Span(first["recorded_on"], first["latest_on"])


def _harm_began(truth: Truth, child_id: int) -> date | None:
    began: date | None = truth.harms.filter(pl.col("child_id") == child_id)["warranted_from"].min()  # type: ignore[assignment]
    return began


def _days_between(start: Span | None, end: Span | None) -> tuple[int, int] | None:
    if start is None or end is None or end.latest is None:
        return None
    last_start = min(start.latest or end.latest, end.latest)
    return max((end.earliest - last_start).days, 0), (end.latest - start.earliest).days


def imprecision(found: Review, n_undated: int = 0) -> str:
    """Return one sentence that says how imprecise dates move the answer."""
    imprecise = found.path.events.filter(pl.col("latest_on") > pl.col("recorded_on")).height
    whole = found.path.events.height
    undated = f" The {n_undated} undated events are listed and not scored." if n_undated else ""
    if not imprecise:
        return f"All {whole} dated events are known to the day, so the answer is one day.{undated}"
    known = f"{imprecise} of the {whole} dated events are known only to a window"
    if found.triggered is None:
        return f"{known}; wherever in it they fell, the line is not reached.{undated}"
    if found.triggered.latest is None:
        moved = f"the line may have been reached as early as {day(found.triggered.earliest)}, or not at all"
    else:
        days = (found.triggered.latest - found.triggered.earliest).days
        moved = (
            f"this moves the day the line was reached by up to {days} days, from "
            f"{day(found.triggered.earliest)} to {day(found.triggered.latest)}"
        )
    return f"{known}; {moved}.{undated}"


def window(earliest: date, latest: date) -> str:
    """Return a window of days as shortly as it can be said: a day, a month, a year, or from A to B."""
    if earliest == latest:
        return f"{earliest.day} {earliest:%b %Y}"
    first_of_month, last_of_month = earliest.day == 1, (latest + timedelta(days=1)).day == 1
    if not (first_of_month and last_of_month):
        return f"{earliest.day} {earliest:%b %Y} to {latest.day} {latest:%b %Y}"
    whole_years = earliest.month == 1 and latest.month == 12
    start, end = (f"{d:%Y}" if whole_years else f"{d:%b %Y}" for d in (earliest, latest))
    return start if start == end else f"{start} to {end}"


def day(on: date) -> str:
    """Return a date as people in Britain write it, 2 October 2012."""
    return f"{on.day} {on:%B %Y}"


def not_stated(case: Case) -> str | None:
    """Return one sentence on how many events a person's chronology does not say were shared; null if none."""
    silent = case.record.events.filter(pl.col("shared_on").is_null()).height
    if not silent:
        return None
    return (
        f"For {silent} of the {case.record.events.height} dated events the chronology does not say that "
        "children's services were told: had all been shared, they would have seen what everybody saw."
    )


def as_document(found: Review, case: Case | None = None) -> dict[str, Any]:
    """Return the review as one JSON document: dated lines, and every event with its points.

    `points` of the events sum exactly to `score`, the score on `score_on`. case: the person's chronology
    that was reviewed, for what it does not say.
    """
    path = found.path
    events = found.events()
    undated = [] if case is None else case.undated.to_dicts()
    return {
        "about": INVENTED if case is None else NOT_FOR_DECISIONS,
        "child_id": path.child_id,
        "price": path.price,
        "line_points": path.line,
        "line_probability": round(float(path.card.probability(path.line)), 4),
        "harm_began_on": found.harm_began,
        "triggered_on": _document(found.triggered),
        "triggered_for": {viewer: _document(span) for viewer, span in found.triggered_for.items()},
        "assessed_on": _document(found.assessed),
        "days_between": _least_most(found.days_between),
        "left_home_on": _document(found.protected),
        "days_to_leaving_home": _least_most(found.days_to_protection),
        "imprecision": imprecision(found, len(undated)),
        "not_stated": None if case is None else not_stated(case),
        "score_on": found.score_on,
        "score": int(events["points"].sum()),
        "events": events.to_dicts(),
        "undated_events": undated,
    }


def _document(span: Span | None) -> dict[str, date | None] | None:
    return None if span is None else {"earliest": span.earliest, "latest": span.latest}


def _least_most(days: tuple[int, int] | None) -> dict[str, int] | None:
    return None if days is None else {"least": days[0], "most": days[1]}


def sentences(found: Review) -> list[str]:
    """Return the dated lines as sentences, in the project's own careful words."""
    path = found.path
    line = f"at a threshold of {path.line} points ({path.price:g} assessments for one that is warranted)"
    if found.triggered is None:
        return [f"The shared record never supported an assessment {line}."]
    lines = [f"By {found.triggered} the shared record supported an assessment {line}."]
    for viewer, span in found.triggered_for.items():
        who = "What children's services had been told" if viewer == CS else f"{label(viewer)} alone"
        lines.append(f"{who} {f'reached the line on {span}' if span else 'never reached the line'}.")
    if found.assessed is None:
        lines.append("No completed assessment or section 47 enquiry is recorded on or after that day.")
    else:
        lines.append(
            f"The first assessment completed, or section 47 enquiry, after that came on {found.assessed}: "
            f"{_range(found.days_between)} later."
        )
    if found.protected is not None:
        lines.append(
            f"The children next left home on {found.protected}: {_range(found.days_to_protection)} later."
        )
    if found.harm_began is not None:
        lines.append(f"In hindsight, from the hidden truth: harm began on {day(found.harm_began)}.")
    return lines


def said(found: Review, case: Case | None = None) -> list[str]:
    """Return everything there is to say in sentences: the lines, how imprecise, and what is not stated."""
    n_undated = 0 if case is None else case.undated.height
    silence = None if case is None else not_stated(case)
    return [*sentences(found), imprecision(found, n_undated), *([silence] if silence else [])]


def _range(days: tuple[int, int] | None) -> str:
    if days is None:
        return "an unknown number of days"
    return f"{days[0]:,} days" if days[0] == days[1] else f"{days[0]:,} to {days[1]:,} days"


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
        told, on="child_id", how="left"
    )
    assessed = (
        cohort.record.events_by_child()
        .filter(pl.col("kind").is_in(ASSESSED))
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


def cohort_summary(children: pl.DataFrame) -> dict[str, int | float | None]:
    """Return counts of children and medians of days from the rows of `review_cohort`."""

    def count(column: str) -> int:
        return children.height - children[column].null_count()

    both = children.drop_nulls(["harm_began_on", "triggered_on"])
    before = (both["days_from_harm"] < 0).to_numpy()
    return {
        "children_harm_reached": count("harm_began_on"),
        "children_triggered": count("triggered_on"),
        "of_both": both.height,
        "children_triggered_for_childrens_services": count("triggered_for_childrens_services_on"),
        "children_assessed_after": count("assessed_on"),
        "median_days_from_triggered_to_assessed": _median(children["days_between"]),
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
    expires; so those days are all that need looking at. Children under 18 only.
    """
    known = known_events(record, viewer)
    known_day = known.select("child_id", "household_id", after=pl.col("known_on"))
    lapses = known.filter(pl.col("unsubstantiated")).select("child_id", "household_id", after="known_on")
    at = (
        pl.concat(
            [known_day] + [lapses.with_columns(pl.col("after") + timedelta(days=d)) for d in BAND_ENDS_DAYS]
        )
        .with_columns(landmark_on=pl.col("after") + timedelta(days=1))
        .join(record.children.select("child_id", "born_on"), on="child_id", how="inner")
        .filter(pl.col("landmark_on") < pl.col("born_on").dt.offset_by("18y"))
        .filter(pl.col("landmark_on") <= record.to_on)
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
