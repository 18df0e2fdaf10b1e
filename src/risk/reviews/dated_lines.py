"""The review: by which day the record supported an assessment, who could have seen it, and what followed.

"Should have triggered" always means: by this day, the shared record supported an assessment at this
threshold. The dated lines are named: *harm began* (hindsight, from the truth, for teaching only), *knowable*
(the ceiling on everybody's record crosses the threshold; only where a generated cohort has one), *triggered*
(everybody's record together), *triggered for X* (what X alone held), *assessed*.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import polars as pl

from risk.chronologies.case import Case
from risk.core.arguments import need
from risk.core.kinds import ASSESSED, LEAVES_HOME
from risk.model.explanation import explained_days
from risk.model.features import events_on_lines, known_to
from risk.records.cohort import Truth
from risk.reviews.daily_scores import Trajectory, trajectory
from risk.reviews.harm_spells import (
    Spells,
    days_from_harm,
    days_in_harm,
    in_harm,
    spell_of,
    spells_by_child,
)
from risk.reviews.missed.above_line import HELD_WHEN, ending_days
from risk.reviews.missed.rules import missed_opportunities
from risk.reviews.missed.windows import placed
from risk.reviews.placings.bands import daily_bands
from risk.reviews.placings.reached import Reached, reached_by


@dataclass(frozen=True)
class Span:
    """A day known to lie between two days, both included; latest is null when it may never have come."""

    earliest: date
    latest: date | None


@dataclass(frozen=True, repr=False, eq=False)
class Review:
    """One child's dated lines.

    triggered: pooled; null if the line is never reached. triggered_for: by viewer, null likewise.
    assessed: the first completed assessment or section 47 enquiry on or after the day triggered.
    protected: the first day on or after it on which the children left home. hindsight: whether the
    truth was at hand. harm_spells: in order, to exclusive; none without it, or where harm never came.
    knowable: the first day on which the ceiling reaches the threshold, 1 in the price; null if it never does,
    and where there is no ceiling. ceiling: "ceiling", "reference" where the filter is not exact, null where
    there is none. missed: from `missed_opportunities`. reached: by viewer, how sure that is (`reached_by`).
    what_if: the review with undated events in the windows that the account supports; null if it has none.
    stated: what a person's chronology states beside its record (`Case.stated`); null for an invented child.
    """

    path: Trajectory
    triggered: Span | None
    triggered_for: dict[str, Span | None]
    assessed: Span | None
    protected: Span | None
    hindsight: bool
    harm_spells: Spells
    knowable: date | None
    ceiling: str | None
    missed: pl.DataFrame
    reached: dict[str, Reached]
    what_if: "Review | None" = None
    stated: pl.DataFrame | None = None

    def __repr__(self) -> str:
        days = ", ".join(
            f"{name} {span.earliest if span else 'never'}"
            for name, span in (("triggered", self.triggered), ("assessed", self.assessed))
        )
        return f"Review of child {self.path.child_id}: {days}; {self.missed.height} missed opportunities"

    @property
    def days_between(self) -> tuple[int, int] | None:
        """The fewest and the most days from triggered to assessed; null if either never came."""
        return _days_between(self.triggered, self.assessed)

    @property
    def days_to_protection(self) -> tuple[int, int] | None:
        """The fewest and the most days from triggered to leaving home; null if either never came."""
        return _days_between(self.triggered, self.protected)

    @property
    def harm_began(self) -> date | None:
        """When the spell of harm began that the line falls in or next follows (`harm_spells.spell_of`)."""
        n = spell_of(self.harm_spells, self.triggered.earliest if self.triggered else None)
        return None if n is None else self.harm_spells[n][0]

    def in_harm(self, span: Span | None) -> bool | None:
        """Return whether harm was there on a dated line's day; null: no such day, no truth, or left open."""
        if span is None or not self.hindsight:
            return None
        return in_harm(self.harm_spells, span.earliest, span.latest or self.path.record.to_on)

    @property
    def days_in_harm_before_assessment(self) -> tuple[int, int] | None:
        """Of days_between, the fewest and the most in harm; null if either never came, or without truth."""
        start, end = self.triggered, self.assessed
        if start is None or end is None or end.latest is None or not self.hindsight:
            return None
        spells, last_start = self.harm_spells, min(start.latest or end.latest, end.latest)
        least = days_in_harm(spells, last_start, end.earliest)
        return least, days_in_harm(spells, start.earliest, end.latest)

    @property
    def days_from_harm(self) -> tuple[int, int | None] | None:
        """Fewest and most days from harm began to triggered, before: negative; null: perhaps none.

        Null too where the line was reached after harm had ended: days without harm are no days of it.
        """
        triggered = self.triggered
        if triggered is None or days_from_harm(self.harm_spells, triggered.earliest) is None:
            return None
        return _days_since(self.harm_began, triggered)

    @property
    def days_from_knowable(self) -> tuple[int, int | None] | None:
        """Fewest and most days from knowable to triggered, before: negative; null: perhaps none."""
        return _days_since(self.knowable, self.triggered)

    @property
    def silo(self) -> pl.DataFrame:
        """One row a viewer: highest_points, and how many days after all together it reached the line.

        least and most days are null where there is no bound, or no day; highest_points is the most that its
        events may have counted.
        """
        highest = dict(self.path.daily.group_by("viewer").agg(pl.col("points_most").max()).iter_rows())
        rows: list[tuple[str, int, int | None, int | None]] = []
        for viewer, span in self.triggered_for.items():
            rows.append((viewer, highest[viewer], *_days_apart(self.triggered, span)))
        columns = {"viewer": pl.String, "highest_points": pl.Int64, "least": pl.Int64, "most": pl.Int64}
        return pl.DataFrame(rows, schema=columns, orient="row")

    @cached_property
    def bands(self) -> pl.DataFrame:
        """The scores of each viewer and day, over the ways in which the dates can fall: `daily_bands`."""
        return daily_bands(self.path, self.stated)

    @property
    def score_on(self) -> date:
        """The day whose score is explained: the earliest day triggered, or the highest day."""
        if self.triggered is not None:
            return self.triggered.earliest
        highest: date = self.path.of("pooled").sort("points_most", "on", descending=[True, False])["on"][0]
        return highest

    def events(self) -> pl.DataFrame:
        """Return the chronology with each event's points on `score_on`; they sum to that day's score."""
        return self._events_with_points

    @cached_property
    def _events_with_points(self) -> pl.DataFrame:
        return self.path.events.join(
            self.path.points_on(self.score_on), on="event_id", how="left", maintain_order="left"
        ).with_columns(pl.col("points").fill_null(0))


def review(
    path: Trajectory,
    truth: Truth | None = None,
    knowable: pl.DataFrame | None = None,
    *,
    is_exact: bool = True,
    case: Case | None = None,
) -> Review:
    """Return a child's dated lines, from its trajectory and, for hindsight, the truth behind it.

    With imprecise dates a line has an earliest day, on which some placing of the dates reaches it, and a
    latest, by which every placing has. knowable: on and p_knowable, what the ceiling says of this child;
    without it nothing is said of what was knowable. is_exact: whether it is the ceiling, or only a reference
    (`ceiling.is_exact`). case: the chronology that the trajectory is of, for its ties and what it leaves out.

    >>> case = risk.read_case("norfolk_review")
    >>> path = risk.trajectory(risk.Card.shipped(), case.record, case.child_id)
    >>> risk.review(path).missed.height
    4
    """
    need("path", path, Trajectory, "give what `trajectory` returns")
    viewers = path.daily["viewer"].unique(maintain_order=True).to_list()
    reached = reached_by(path, case)
    crossings = {viewer: _span(reached[viewer]) for viewer in viewers}
    triggered = crossings.pop("pooled")
    return Review(
        path=path,
        triggered=triggered,
        triggered_for=crossings,
        assessed=_first_after(path, triggered, ASSESSED),
        protected=_first_after(path, triggered, LEAVES_HOME),
        hindsight=truth is not None,
        harm_spells=() if truth is None else spells_by_child(truth.harms).get(path.child_id, ()),
        knowable=None if knowable is None else _first_knowable(knowable, path.price),
        ceiling=None if knowable is None else "ceiling" if is_exact else "reference",
        missed=_missed(path, triggered, crossings),
        reached=reached,
        what_if=None if case is None or case.supposed is None else _supposed(path, case.supposed),
        stated=None if case is None else case.stated,
    )


def _supposed(path: Trajectory, case: Case) -> Review:
    """Return the review of the case with what has no date in the windows that its account supports."""
    with_it = trajectory(path.card, case.record, case.child_id, line=path.line, texts=case.texts)
    return review(replace(with_it, price=path.price), case=case)


def _first_knowable(knowable: pl.DataFrame, price: float) -> date | None:
    first: date | None = knowable.filter(pl.col("p_knowable") >= 1 / price)["on"].min()  # type: ignore[assignment]
    return first


def _missed(path: Trajectory, triggered: Span | None, alone: dict[str, Span | None]) -> pl.DataFrame:
    """Return the missed opportunities of the child, from its days."""
    scored = path.of("pooled").with_columns(child_id=pl.lit(path.child_id, pl.Int64))
    events = events_on_lines(path.record)
    chronology = placed(events)
    ends = ending_days(chronology).join(scored, on=["child_id", "on"], how="semi")
    viewers = _held_when(path, triggered, alone)
    days = pl.concat([ends, viewers.select("child_id", "on")]).unique(maintain_order=True)
    missed = missed_opportunities(
        path.record,
        chronology,
        line=path.line,
        scored=scored,
        parts=explained_days(path.card.points, known_to("pooled", events), days),
        viewers=viewers,
    )
    return missed.filter(pl.col("child_id") == path.child_id)


def _held_when(path: Trajectory, triggered: Span | None, alone: dict[str, Span | None]) -> pl.DataFrame:
    """Return what each viewer held when the shared record reached the line (`HELD_WHEN`)."""
    if triggered is None:
        return pl.DataFrame(schema=HELD_WHEN)
    held = dict(
        path.daily.filter(pl.col("on") == triggered.earliest).select("viewer", "points_most").iter_rows()
    )
    when = (triggered.earliest, triggered.latest)
    rows = [
        (path.child_id, viewer, span.earliest if span else None, *when, held.get(viewer, 0))
        for viewer, span in {"pooled": triggered, **alone}.items()
    ]
    return pl.DataFrame(rows, schema=HELD_WHEN, orient="row")


def _span(reached: Reached) -> Span | None:
    return None if reached.earliest is None else Span(reached.earliest, reached.latest)


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


def _days_between(start: Span | None, end: Span | None) -> tuple[int, int] | None:
    if start is None or end is None or end.latest is None:
        return None
    last_start = min(start.latest or end.latest, end.latest)
    return max((end.earliest - last_start).days, 0), (end.latest - start.earliest).days


def _days_since(start: date | None, end: Span | None) -> tuple[int, int | None] | None:
    if start is None or end is None:
        return None
    return (end.earliest - start).days, None if end.latest is None else (end.latest - start).days


def _days_apart(first: Span | None, then: Span | None) -> tuple[int | None, int | None]:
    """Return the fewest and the most days by which `then` comes after `first`; null: there is no bound."""
    if first is None or then is None:
        return None, None
    least = None if first.latest is None else (then.earliest - first.latest).days
    return least, None if then.latest is None else (then.latest - first.earliest).days
