"""Every child: by which day each record supported an assessment, where nobody says what happened.

One row a child, in the order of the table that they came from: never in the order of a score. Nothing here
knows a truth.
"""

from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from risk.chronologies.elsewhere import Caseload
from risk.core.arguments import need
from risk.core.arrays import Ints, days_of
from risk.core.defaults import DEFAULT_PRICE
from risk.core.kinds import AGENCIES, ASSESSED, CONCERNS, COUNTS_AS, CS, VIEWERS
from risk.model.alarms import line_at_price
from risk.model.card import Card, as_card
from risk.model.explanation import bounds, explained_days
from risk.model.features import BAND_ENDS_DAYS, count_lines, events_on_lines, known_to
from risk.records.cohort import Record, is_child
from risk.reviews.crossings import first_at, scored_rises
from risk.reviews.daily_scores import trajectory
from risk.reviews.missed.above_line import HELD_WHEN, ending_days
from risk.reviews.missed.rules import MISSED, SCHEMA, missed_opportunities
from risk.reviews.missed.windows import placed
from risk.reviews.placings.reached import pooled_answer

BY_VIEWER: Final = pl.List(
    pl.Struct({"viewer": pl.String, "triggered_on": pl.Date, "highest_points": pl.Int64})
)
MISSED_LIST: Final = pl.List(pl.Struct({name: SCHEMA[name] for name in SCHEMA if name != "child_id"}))

GROUPS: Final = {
    "assessed": "The record reached the line, and an assessment or section 47 enquiry came after",
    "not_assessed": "The record reached the line, and none is written down after it",
    "perhaps": "The record reached the line on some of the days that its dates may mean, and not on others",
    "cannot_be_said": "Only with concerns that have no date could the record reach the line",
    "never": "The record did not reach the line",
}
"""In which group a child is shown, in words; children of a group stand in the order of their table."""

REACHED: Final = {"child_id": pl.Int64, "answer": pl.String, "triggered_on": pl.Date, "triggered_by": pl.Date}


def review_record(
    card: Card, record: Record, *, price: float = DEFAULT_PRICE, line: int | None = None
) -> pl.DataFrame:
    """Return one row a child of a record, in the order of the table that it came from; no truth is needed.

    child_id, child and household (as the table calls them), group (of `GROUPS`), answer (`Reached.answer`);
    triggered_on and triggered_by, the earliest and the latest day on which the pooled record reached the
    line, equal where dates are exact, and null for never; told_on and told_all_on, the earliest such day of
    what children's services had been told, and had they been told all that the table does not say was kept
    from them; triggered_by_viewer (viewer, triggered_on and highest_points of each that held anything);
    assessed_on, the first assessment or enquiry on or after triggered_on, and days_between;
    missed_opportunities.

    triggered_by is a bound: every placing of the dates has reached the line by then, and perhaps sooner.
    line: where it was chosen otherwise than by its price.
    """
    card = as_card(card)
    need("record", record, Record, "a cohort's is `.record`; of a table, what `read_events` returns")
    line = line_at_price(card, price) if line is None else line
    events = events_on_lines(record)
    reached = _reached(card, record, events, line)
    children = reached.select("child_id", "triggered_on").sort("child_id")
    found = dated_rows(card, record, events, children, line)
    rows = (
        _named(record)
        .join(reached, on="child_id", how="left", maintain_order="left")
        .join(found, on="child_id", how="left", maintain_order="left")
        .join(
            _had_all_been_told(card, record, events, line), on="child_id", how="left", maintain_order="left"
        )
    )
    return _in_groups(rows)


def _in_groups(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of `review_record`, with the group that each child is shown in."""
    shown = pl.when(pl.col("answer") == "by_this_day")
    assessed = (
        pl.when(pl.col("assessed_on").is_null()).then(pl.lit("not_assessed")).otherwise(pl.lit("assessed"))
    )
    return rows.select(
        *("child_id", "child", "household"),
        *(shown.then(assessed).otherwise("answer").alias("group"), "answer", "triggered_on", "triggered_by"),
        *(
            pl.col("triggered_for_childrens_services_on").alias("told_on"),
            "told_all_on",
            "triggered_by_viewer",
        ),
        *(
            "assessed_on",
            (pl.col("assessed_on") - pl.col("triggered_on")).dt.total_days().alias("days_between"),
        ),
        "missed_opportunities",
    )


def _named(record: Record) -> pl.DataFrame:
    """Return child_id, and what the table calls each child and its household, in its order."""
    if isinstance(record, Caseload):
        return record.named.select("child_id", "child", "household")
    return record.children.sort("child_id").select(
        "child_id", child="given_name", household=pl.col("household_id").cast(pl.String)
    )


def _reached(card: Card, record: Record, events: pl.DataFrame, line: int) -> pl.DataFrame:
    """Return `REACHED`: when each child's pooled record reached the line, over all the days it may mean."""
    known = known_to("pooled", events)
    days = first_at(line, scored_rises(card, record, known))
    exact = record.children.select("child_id").join(days, on="child_id", how="left", maintain_order="left")
    exact = exact.select(
        "child_id",
        answer=pl.when(pl.col("crossed_on").is_null()).then(pl.lit("never")).otherwise(pl.lit("by_this_day")),
        triggered_on="crossed_on",
        triggered_by="crossed_on",
    )
    loose = events.filter(pl.col("may_be_later_days") > 0).select("child_id").unique()
    born = dict(record.children.select("child_id", "born_on").iter_rows())
    rows = [
        _in_windows(card, record, born[child], of_child, line)
        for (child,), of_child in known.join(loose, on="child_id", how="semi").group_by("child_id")
    ]
    windows = pl.DataFrame(rows, schema=REACHED, orient="row")
    found = pl.concat([exact.join(loose, on="child_id", how="anti"), windows]).sort("child_id")
    return _with_undated(card, record, found, line)


def _in_windows(
    card: Card, record: Record, born_on: date | None, known: pl.DataFrame, line: int
) -> tuple[int, str, date | None, date | None]:
    """Return a row of `REACHED` for a child some of whose dates are windows; "ask": bounds leave it open."""
    days = _days_to_ask(record, born_on, known)
    least, most = bounds(card.points, known, days)
    ends = [days[np.flatnonzero(bound >= line)[:1]].tolist() for bound in (most, least)]
    earliest, latest = (date(1970, 1, 1) + timedelta(days=end[0]) if end else None for end in ends)
    answer = "never" if earliest is None else "ask" if latest is None else "by_this_day"
    return known["child_id"][0], answer, earliest, latest


def _days_to_ask(record: Record, born_on: date | None, known: pl.DataFrame) -> Ints:
    """Return the days, of those on which the child is one, on which a bound of its score can have risen."""
    known_on, recorded_on = days_of(known["known_on"]), days_of(known["recorded_on"])
    later, lapses = known["may_be_later_days"].to_numpy(), known["unsubstantiated"].to_numpy()
    lapsed = [recorded_on[lapses] + each + d for each in (0, later[lapses]) for d in BAND_ENDS_DAYS]
    first = max(record.from_on, born_on or record.from_on)
    start = (first - date(1970, 1, 1)).days
    days = np.unique(np.concatenate([[start - 1], known_on, known_on + later, *lapsed]) + 1)
    asked = pl.DataFrame({"on": pl.Series(days, dtype=pl.Int32).cast(pl.Date)}).with_columns(
        born_on=pl.lit(born_on, pl.Date)
    )
    kept = asked.filter(is_child(pl.col("on")), pl.col("on").is_between(first, record.to_on))
    return days_of(kept["on"])


def _with_undated(card: Card, record: Record, found: pl.DataFrame, line: int) -> pl.DataFrame:
    """Return `found` with the answers that only a child's own review can give, each looked at alone."""
    if not isinstance(record, Caseload):
        return found
    concerns = record.undated.filter(pl.col("kind").is_in([*CONCERNS, *COUNTS_AS]))
    at_home = record.named.join(concerns.select("household_id").unique(), on="household_id", how="semi")
    open_still = found.filter(
        (pl.col("answer") == "ask")
        | ((pl.col("answer") == "never") & pl.col("child_id").is_in(at_home["child_id"].implode()))
    )
    answers = {}
    for child_id in open_still["child_id"]:
        case = record.case_of(record.named.filter(pl.col("child_id") == child_id)["child"][0])
        path = trajectory(card, case.record, child_id, line=line)
        answers[child_id] = pooled_answer(path, case)
    told = pl.DataFrame(
        [(child, *one) for child, one in answers.items()],
        schema={"child_id": pl.Int64, "answer": pl.String, "triggered_by": pl.Date},
        orient="row",
    )
    return found.update(told, on="child_id", how="left", include_nulls=False)


def _had_all_been_told(card: Card, record: Record, events: pl.DataFrame, line: int) -> pl.DataFrame:
    """Return child_id and told_all_on: when children's services' record would have reached the line.

    Had they been told all that the table does not say was kept from them.
    """
    if isinstance(record, Caseload):
        kept = record.stated.filter(~pl.col("told"))["event_id"]
        silent = pl.col("shared_on").is_null() & ~pl.col("event_id").is_in(kept.implode())
        shared = pl.when(silent).then("recorded_on").otherwise("shared_on")
        events = events.with_columns(shared_on=shared)
    rises = scored_rises(card, record, known_to(CS, events))
    return first_at(line, rises).rename({"crossed_on": "told_all_on"})


def dated_rows(
    card: Card, record: Record, events: pl.DataFrame, children: pl.DataFrame, line: int
) -> pl.DataFrame:
    """Return of each child what the record says of its dated lines, as `review_cohort` has them.

    triggered_for_childrens_services_on, triggered_by_viewer, assessed_on, missed_opportunities.

    events: of these children's homes, as `events_on_lines`. children: child_id and triggered_on, null for who
    never reached the line, in the order of child_id.
    """
    alone = _alone(card, record, events, children, line)
    rows = children.select("child_id")
    for about in (
        *_by_viewer(alone),
        _assessed(events, children.drop_nulls("triggered_on")),
        _missed(card, record, events, children, alone, line),
    ):
        rows = rows.join(about, on="child_id", how="left", maintain_order="left")
    return rows.with_columns(
        pl.col("triggered_by_viewer").cast(BY_VIEWER).fill_null([]),
        pl.col("missed_opportunities").cast(MISSED_LIST).fill_null([]),
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
    held_by = set(events["agency"].unique()) - {CS, "unspecified"}
    for viewer in (CS, *(agency for agency in AGENCIES if agency in held_by)):
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
