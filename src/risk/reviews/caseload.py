"""The caseload: the reviews of all children of a cohort whom harm reached, or whose record reached the line.

One row a child, and a summary of the rows. It goes by partition: a household is in one, with all about it.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Final

import numpy as np
import polars as pl

from risk.core.arguments import need
from risk.core.defaults import DEFAULT_PRICE
from risk.core.kinds import ASSESSED, CS, GENERATED_AGENCIES, VIEWERS
from risk.core.pool import HERE, Pool
from risk.model.alarms import line_at_price, price_of_line
from risk.model.card import Card, as_card
from risk.model.explanation import explained_days
from risk.model.features import count_lines, events_on_lines, known_to
from risk.records.cohort import Cohort, Record, is_child
from risk.records.partitions import Parts, each_part, stretches
from risk.reviews.crossings import first_at, scored_rises
from risk.reviews.daily_scores import trajectory
from risk.reviews.dated_lines import Review, review
from risk.reviews.harm_spells import BESIDE, beside
from risk.reviews.missed.above_line import HELD_WHEN, ending_days
from risk.reviews.missed.rules import MISSED, SCHEMA, missed_opportunities
from risk.reviews.missed.windows import placed
from risk.reviews.waiting import REMOVED_OR_FOLLOWED, median_wait, removed_or_followed
from risk.world.ceiling.filter import is_exact, knowable
from risk.world.scenario import Scenario

Ceiling = Callable[[pl.DataFrame, Record], pl.DataFrame]
"""What adds p_knowable to a landmark table, from the record: the exact filter of a scenario."""

ALONE: Final = tuple(a for a in (*GENERATED_AGENCIES, "foster_carer") if a != "unspecified")
BY_VIEWER: Final = pl.List(
    pl.Struct({"viewer": pl.String, "triggered_on": pl.Date, "highest_points": pl.Int64})
)
MISSED_LIST: Final = pl.List(pl.Struct({name: SCHEMA[name] for name in SCHEMA if name != "child_id"}))


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
    (0, datetime.date(2010, 5, 1))
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
    alone = _alone(card, record, events, children, line)
    for about in (
        _knowable(record, children, price, ceiling),
        *_by_viewer(alone),
        _assessed(events, pooled),
        removed_or_followed(events, cohort.record, pooled),
        _missed(card, record, events, children, alone, line),
    ):
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
        pl.col("triggered_by_viewer").cast(BY_VIEWER).fill_null([]),
        *("assessed_on", *REMOVED_OR_FOLLOWED),
        *(name for name in BESIDE if name not in ("harm_spells", "harm_began_on")),
        **{name: (pl.col(end) - pl.col(start)).dt.total_days() for name, (start, end) in days.items()},
        missed_opportunities=pl.col("missed_opportunities").cast(MISSED_LIST).fill_null([]),
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


def _by_viewer(alone: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return each child's day by what children's services had been told, and its days by every viewer."""
    services = alone.filter(pl.col("viewer") == CS)
    days = pl.struct("viewer", "triggered_on", "highest_points")
    return (
        services.select("child_id", triggered_for_childrens_services_on="triggered_on"),
        alone.group_by("child_id").agg(triggered_by_viewer=days),
    )


def _assessed(events: pl.DataFrame, pooled: pl.DataFrame) -> pl.DataFrame:
    """Return child_id and assessed_on, the first assessment or enquiry on or after the day triggered."""
    return (
        events.filter(pl.col("kind").is_in(ASSESSED), pl.col("relation") != "sibling")
        .select("child_id", assessed_on="recorded_on")
        .join(pooled, on="child_id", how="inner")
        .filter(pl.col("assessed_on") >= pl.col("triggered_on"))
        .group_by("child_id")
        .agg(pl.col("assessed_on").min())
    )


def _alone(
    card: Card, record: Record, events: pl.DataFrame, children: pl.DataFrame, line: int
) -> pl.DataFrame:
    """Return child_id, viewer, triggered_on, highest_points and points, of those who held anything.

    points: on the day on which the shared record reached the line.
    """
    at = children.drop_nulls("triggered_on").select("child_id", landmark_on="triggered_on")
    rows = []
    for viewer in ALONE:
        known = known_to(viewer, events)
        whom = children if viewer == CS else known
        rises = scored_rises(card, record, known).join(whom, on="child_id", how="semi")
        then = card.score_table(count_lines(at, known)).select("child_id", "points")
        rows.append(
            rises.group_by("child_id")
            .agg(
                triggered_on=pl.col("landmark_on").filter(pl.col("points") >= line).min(),
                highest_points=pl.col("points").max().cast(pl.Int64),
            )
            .join(then.cast({"points": pl.Int64}), on="child_id", how="left")
            .with_columns(viewer=pl.lit(viewer))
        )
    everyone = pl.concat(rows).join(children, on="child_id", how="semi")
    order = pl.col("viewer").cast(pl.Enum(VIEWERS))
    return everyone.sort("child_id", order)


def _missed(
    card: Card,
    record: Record,
    events: pl.DataFrame,
    children: pl.DataFrame,
    alone: pl.DataFrame,
    line: int,
) -> pl.DataFrame:
    """Return child_id and missed_opportunities, a list, of these children."""
    chronology, known = placed(events), known_to("pooled", events)
    ends = ending_days(chronology).join(children, on="child_id", how="semi").rename({"on": "landmark_on"})
    points = card.score_table(count_lines(ends, known))["points"]
    scored = ends.select("child_id", on="landmark_on").with_columns(points_least=points, points_most=points)
    reached = children.drop_nulls("triggered_on").select("child_id", on="triggered_on")
    days = pl.concat(
        [scored.filter(pl.col("points_most") >= line).select("child_id", "on"), reached]
    ).unique()
    parts = explained_days(card.points, known, days.sort("child_id", "on"))
    viewers = _held_when(alone, reached, parts)
    missed = missed_opportunities(
        record, chronology, line=line, scored=scored, parts=parts, viewers=viewers
    ).join(children, on="child_id", how="semi", maintain_order="left")
    return missed.group_by("child_id").agg(missed_opportunities=pl.struct(pl.all().exclude("child_id")))


def _held_when(alone: pl.DataFrame, reached: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Return what each viewer held when the shared record reached the line (`HELD_WHEN`)."""
    pooled = (
        reached.join(parts, on=["child_id", "on"], how="left")
        .group_by("child_id", "on")
        .agg(points=pl.col("points").sum().cast(pl.Int64))
        .with_columns(viewer=pl.lit("pooled"), triggered_on="on")
    )
    held = alone.join(reached, on="child_id", how="inner", maintain_order="left")
    return (
        pl.concat([pooled, held], how="diagonal")
        .with_columns(to="on")
        .select(list(HELD_WHEN))
        .cast(HELD_WHEN)  # type: ignore[arg-type]
        .sort("child_id", maintain_order=True)
    )


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


def missed_by_kind(children: pl.DataFrame) -> pl.DataFrame:
    """Return finding, children and times: how often each opportunity was missed, in the order of `MISSED`."""
    each = children.select("child_id", "missed_opportunities").explode("missed_opportunities").drop_nulls()
    counts = (
        each.select(
            "child_id", finding=pl.col("missed_opportunities").struct.field("finding").cast(pl.String)
        )
        .group_by("finding")
        .agg(children=pl.col("child_id").n_unique(), times=pl.len())
    )
    all_ten = pl.DataFrame({"finding": list(MISSED)})
    return all_ten.join(counts, on="finding", how="left", maintain_order="left").with_columns(
        pl.col("children", "times").fill_null(0).cast(pl.Int64)
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
