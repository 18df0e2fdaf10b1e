"""The caseload: the reviews of all children of a cohort whom harm reached, or whose record reached the line.

One row a child, and a summary of the rows. It goes by partition: a household is in one, with all about it.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import numpy as np
import polars as pl

from risk.core.arguments import need
from risk.core.defaults import DEFAULT_PRICE
from risk.core.pool import HERE, Pool
from risk.model.alarms import line_at_price, price_of_line
from risk.model.card import Card, as_card
from risk.model.features import events_on_lines, known_to
from risk.records.cohort import Cohort, Record, is_child
from risk.records.partitions import Parts, each_part, stretches
from risk.reviews.crossings import first_at, scored_rises
from risk.reviews.daily_scores import trajectory
from risk.reviews.dated_lines import Review, review
from risk.reviews.every_child import dated_rows
from risk.reviews.harm_spells import BESIDE, beside
from risk.reviews.waiting import REMOVED_OR_FOLLOWED, median_wait, removed_or_followed
from risk.world.ceiling.filter import is_exact, knowable
from risk.world.scenario import Scenario

Ceiling = Callable[[pl.DataFrame, Record], pl.DataFrame]
"""What adds p_knowable to a landmark table, from the record: the exact filter of a scenario."""


def review_cohort(
    card: Card,
    cohort: Cohort,
    *,
    price: float = DEFAULT_PRICE,
    line: int | None = None,
    ceiling: Ceiling | None = None,
) -> pl.DataFrame:
    """Return one row a child whom harm reached or whose record reached the line, sorted by child.

    child_id, knowable_on, triggered_on, triggered_for_childrens_services_on, triggered_by_viewer (a list of
    viewer, triggered_on and highest_points, of those who held anything), assessed_on, removed_on and
    followed_to (`waiting.removed_or_followed`; null where the line was never reached), days_between (from
    triggered to assessed), days_from_knowable (to triggered; negative: before), missed_opportunities (a list,
    see `missed.missed_opportunities`); and of harm `harm_spells.BESIDE`, with harm_began_on of the spell that
    triggered_on falls in or next follows.

    line: where it was chosen otherwise than by its price, which then follows from it. ceiling: what was
    knowable; without one, every knowable_on is null.

    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=5, seed=1)
    >>> children = risk.review_cohort(risk.Card.shipped(), cohort)
    >>> children.select("child_id", "triggered_on").row(0)
    (0, datetime.date(2010, 5, 18))
    """
    card = as_card(card)
    need("cohort", cohort, Cohort, "a record has no truth to be reviewed against")
    if line is None:
        return _reviewed(card, cohort, price, line_at_price(card, price), ceiling)
    return _reviewed(card, cohort, price_of_line(card, line), line, ceiling)


def _reviewed(card: Card, cohort: Cohort, price: float, line: int, ceiling: Ceiling | None) -> pl.DataFrame:
    harmed = cohort.truth.harms.select("child_id").unique()
    events = events_on_lines(cohort.record)
    rises = scored_rises(card, cohort.record, known_to("pooled", events))
    pooled = first_at(line, rises).rename({"crossed_on": "triggered_on"})
    rows = children = harmed.join(pooled, on="child_id", how="full", coalesce=True).sort("child_id")
    record = cohort.record.homes_of(children["child_id"])
    events = events.join(record.households, on="household_id", how="semi", maintain_order="left")
    found = dated_rows(card, record, events, children, line)
    waits = removed_or_followed(events, cohort.record, pooled)
    for about in (_knowable(record, children, price, ceiling), waits, found):
        rows = rows.join(about, on="child_id", how="left", maintain_order="left")
    return _with_spans(rows.hstack(beside(rows, cohort.truth.harms)))


def _with_spans(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of `review_cohort` from its dates and lists: the days between, and no empty list."""
    days = {
        "days_between": ("triggered_on", "assessed_on"),
        "days_from_knowable": ("knowable_on", "triggered_on"),
    }
    return rows.select(
        *("child_id", "harm_spells", "harm_began_on", "knowable_on", "triggered_on"),
        "triggered_for_childrens_services_on",
        "triggered_by_viewer",
        *("assessed_on", *REMOVED_OR_FOLLOWED),
        *(name for name in BESIDE if name not in ("harm_spells", "harm_began_on")),
        **{name: (pl.col(end) - pl.col(start)).dt.total_days() for name, (start, end) in days.items()},
        missed_opportunities="missed_opportunities",
    )


def review_parts(
    card: Card,
    cohort: Parts,
    *,
    ceiling: bool = True,
    price: float = DEFAULT_PRICE,
    line: int | None = None,
    pool: Pool = HERE,
    on_part: Callable[[int], None] | None = None,
) -> pl.DataFrame:
    """Return what `review_cohort` does of every part of a cohort, which is seen once.

    ceiling: say of each child from which day it was knowable, by the scenario that made the cohort.
    """
    work = partial(_reviewed_part, card, ceiling, price, line)
    return pl.concat(each_part(work, cohort, pool, on_part))


def _reviewed_part(card: Card, ceiling: bool, price: float, line: int | None, part: Cohort) -> pl.DataFrame:
    """Return the rows of `review_cohort` of a part, made a stretch of households at a time."""
    exact = partial(knowable, scenario=Scenario.of_cohort(part.made)) if ceiling else None
    return pl.concat(
        review_cohort(card, homes, ceiling=exact, price=price, line=line) for homes in stretches(part)
    )


def review_child(
    card: Card,
    cohort: Cohort,
    child_id: int,
    *,
    price: float = DEFAULT_PRICE,
    line: int | None = None,
    ceiling: bool = True,
) -> Review:
    """Return the review of one child of a cohort, with its truth and with what was knowable.

    ceiling: say from which day it was knowable; without, nothing is said of it. line: as in `review_cohort`.
    Raises InputError for a child who is not in the cohort.

    >>> cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=5, seed=1)
    >>> found = risk.review_child(risk.Card.shipped(), cohort, 2, ceiling=False)
    >>> found.triggered
    Span(earliest=datetime.date(2010, 12, 18), latest=datetime.date(2010, 12, 18))
    """
    need("cohort", cohort, Cohort, "for a record alone: review(trajectory(card, record, child_id))")
    path = trajectory(card, cohort.record, child_id, price=price, line=line)
    if not ceiling:
        return review(path, cohort.truth)
    scenario = Scenario.of_cohort(cohort.made)
    at = knowable_days(path.record).filter(pl.col("child_id") == child_id)
    known = knowable(at, path.record, scenario).rename({"landmark_on": "on"})
    return review(path, cohort.truth, known, is_exact=is_exact(scenario))


def _knowable(record: Record, children: pl.DataFrame, price: float, ceiling: Ceiling | None) -> pl.DataFrame:
    """Return child_id and knowable_on, the first day on which the ceiling reaches 1 in the price."""
    if ceiling is None:
        return children.select("child_id", knowable_on=pl.lit(None, pl.Date))
    known = ceiling(knowable_days(record).join(children, on="child_id", how="semi"), record)
    return (
        known.filter(pl.col("p_knowable") >= 1 / price)
        .group_by("child_id")
        .agg(knowable_on=pl.col("landmark_on").min())
    )


def knowable_days(record: Record) -> pl.DataFrame:
    """Return child_id, household_id and landmark_on: the days on which what is knowable is asked.

    Every Monday, since the ceiling moves from week to week, and the day after anything was recorded about the
    child's home; while it is a child.
    """
    children = record.children.select("child_id", "household_id", "born_on")
    days = pl.date_range(record.from_on, record.to_on, eager=True).alias("landmark_on")
    mondays = children.join(days.filter(days.dt.weekday() == 1).to_frame(), how="cross")
    written = children.join(
        record.events.select("household_id", landmark_on=pl.col("recorded_on") + timedelta(days=1)).unique(),
        on="household_id",
        how="inner",
    )
    return (
        pl.concat([mondays, written])
        .filter(
            is_child(pl.col("landmark_on")),
            pl.col("landmark_on").is_between(record.from_on, record.to_on),
        )
        .select("child_id", "household_id", "landmark_on")
        .unique()
        .sort("child_id", "landmark_on")
    )


def cohort_summary(
    children: pl.DataFrame, from_on: date, *, has_ceiling: bool = False
) -> dict[str, int | float | None]:
    """Return counts of children and medians of days from the rows of `review_cohort`.

    has_ceiling: whether they say what was knowable; if not, whatever rests on it is null.

    Waits are of those in harm on the day of the line, not of those whom harm reached at last. Their median is
    the day by which half of all who reached the line had been assessed (`waiting.median_wait`): of those who
    were never assessed too, so that it is null where half were not.

    What came first, harm or the line, is asked only of children whose harm first began after from_on, the
    first day of the record: nothing could have been written before harm that was there already.
    """
    harmed, triggered = pl.col("harm_began_on").is_not_null(), pl.col("triggered_on").is_not_null()
    began_later = pl.col("harm_spells").list.first().struct.field("from") > from_on
    knowable = pl.col("knowable_on").is_not_null()
    both = children.filter(began_later & triggered)
    before = both["triggered_on"] < both["harm_began_on"]

    def count(those: pl.Expr) -> int:
        return children.filter(those).height

    return {
        "children_harm_reached": count(harmed),
        "of_these_triggered": count(harmed & triggered),
        "of_these_knowable": count(harmed & knowable) if has_ceiling else None,
        "share_not_knowable": float(1 - count(harmed & knowable) / count(harmed))
        if has_ceiling and count(harmed)
        else None,
        **_waiting(children.filter(triggered)),
        "children_whose_harm_began_during_the_record": count(began_later),
        "of_these_triggered_before_or_after": both.height,
        "median_days_from_harm_to_triggered": _median(both["days_from_harm"]),
        "median_days_from_knowable_to_triggered": _median(children["days_from_knowable"]),
        "share_triggered_before_harm": float(before.to_numpy().mean()) if both.height else None,
    }


def _waiting(triggered: pl.DataFrame) -> dict[str, int | float | None]:
    """Return what is counted of the children who wait for an assessment from the day of the line on."""
    in_harm = triggered.filter("in_harm_when_triggered")
    return {
        "children_triggered": triggered.height,
        "of_these_in_harm_that_day": in_harm.height,
        "of_these_in_harm_that_day_and_never_assessed": in_harm["assessed_on"].null_count(),
        "children_triggered_for_childrens_services": triggered["triggered_for_childrens_services_on"].count(),
        "children_assessed_after": triggered["assessed_on"].count(),
        "median_days_from_triggered_to_assessed": median_wait(triggered),
    }


def _median(days: pl.Series) -> float | None:
    known = days.drop_nulls().to_numpy()
    return float(np.median(known)) if len(known) else None
