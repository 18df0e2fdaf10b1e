"""The command that reviews: by which day the record supported an assessment, and what was missed.

One child of a cohort, every child of it, or a chronology that a person wrote.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final, TypedDict

import polars as pl
import typer

from risk.chronologies.case import Case, case_names, read_case
from risk.cli.console import print_json, progress, say
from risk.cli.options import AsJson, CardFile, part_of
from risk.cli.printed import print_pairs, print_review, print_table
from risk.core.defaults import DEFAULT_PRICE
from risk.core.errors import InputError
from risk.core.kinds import INVENTED
from risk.model.alarms import (
    LOWEST_LINE,
    count_alarms,
    line_at_capacity,
    line_at_false_alarms,
    line_at_price,
    stands_for,
)
from risk.model.card import Card
from risk.model.days_asked import landmarks
from risk.model.features import featurise
from risk.model.labelling import labels
from risk.records.cohort import Cohort, parts
from risk.records.manifest import read_manifest
from risk.reviews.caseload import cohort_summary, missed_by_kind, review_child, review_cohort
from risk.reviews.daily_scores import trajectory
from risk.reviews.dated_lines import Review, review
from risk.reviews.document import as_document
from risk.reviews.missed.rules import MISSED
from risk.reviews.report import NO_JUDGEMENT, stands_for_in_words
from risk.world.ceiling.filter import is_exact, knowable
from risk.world.scenario import Scenario

EVERY_WEEKS: Final = 4
HIGHEST_LINE: Final = 200
"""No line above it is looked at: ten times the points of the strongest thing that can be written down."""

OneOf = dict[str, float | None]


class AtLine(TypedDict, total=False):
    """Where the line stands: at a price, or at so many points."""

    price: float
    line: int


def review_children(
    what: Annotated[
        str,
        typer.Argument(
            metavar="CASE|DIR|FILE",
            help=f"A shipped case ({', '.join(case_names())}), a cohort's folder, or a .csv or .xlsx file.",
            show_default=False,
        ),
    ],
    card_file: CardFile = None,
    child: Annotated[int | None, typer.Option(help="One child of a cohort, by child_id.")] = None,
    price: Annotated[
        float | None,
        typer.Option(
            help=f"Assessments you would make to find one that was warranted: sets the line. [default: "
            f"{DEFAULT_PRICE:g}]",
            show_default=False,
        ),
    ] = None,
    per_1000_child_years: Annotated[
        float | None,
        typer.Option(help="Instead of a price: room for so many assessments per 1,000 child-years."),
    ] = None,
    false_alarms: Annotated[
        float | None,
        typer.Option(help="Instead of a price: at most so many false alarms per unaffected child-year."),
    ] = None,
    ceiling: Annotated[
        bool, typer.Option(help="Say from which day it was knowable; for a cohort that takes its time.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Say by which day the record supported an assessment, who could have seen it, and what followed.

    Without --card, the card that comes with the package is used. The line is set by one of --price,
    --per-1000-child-years and --false-alarms; the two others are reported.
    """
    card = Card.shipped() if card_file is None else Card.read(card_file)
    chosen = _only_one(
        {"--price": price, "--per-1000-child-years": per_1000_child_years, "--false-alarms": false_alarms}
    )
    if not Path(what).is_dir():
        _review_case(card, what, child, chosen, as_json)
        return
    folder, by_price = Path(what), chosen.get("--price")
    line, stated = _line(card, folder, chosen, needed=child is None)
    # The price as it was stated, not as the line's whole points round it.
    at_line: AtLine = {"line": line} if by_price is None else {"price": by_price}
    if child is not None:
        found = review_child(card, part_of(child, folder), child, ceiling=ceiling, **at_line)
        _report_review(f"child {child}", found, None, as_json)
        return
    with progress("Reviewing every child"):
        children = pl.concat(list(_reviewed(card, folder, at_line, ceiling)))
    _report_cohort(what, children, stated, ceiling, as_json)


def _only_one(choices: OneOf) -> OneOf:
    """Return the one choice that was made; none made is the price that stands for none."""
    made: OneOf = {name: value for name, value in choices.items() if value is not None}
    if len(made) > 1:
        raise InputError(f"{' and '.join(made)} each set the line: give one of them")
    return made or {"--price": DEFAULT_PRICE}


def _line(card: Card, folder: Path, chosen: OneOf, *, needed: bool) -> tuple[int, dict[str, Any]]:
    """Return the line that was chosen, and if that is needed what it means on this cohort."""
    ((name, value),) = chosen.items()
    lines = range(LOWEST_LINE, HIGHEST_LINE + 1)
    if name == "--price":
        line = line_at_price(card, float(value or 0))
        if not needed:
            return line, {}
        lines = range(line, line + 1)
    with progress("Counting alarms"):
        counts = pl.concat([_counted(card, part, lines) for part in parts(folder)])
    counts = counts.group_by("line", maintain_order=True).sum()
    if name == "--per-1000-child-years":
        line = line_at_capacity(counts, float(value or 0))
    elif name == "--false-alarms":
        line = line_at_false_alarms(counts, float(value or 0))
    return line, stands_for(card, counts, line)


def _counted(card: Card, part: Cohort, lines: range) -> pl.DataFrame:
    at = labels(landmarks(part.record, every_weeks=EVERY_WEEKS), part.truth)
    scored = card.score_table(featurise(at, part.record))
    return count_alarms(scored, lines, every_days=7 * EVERY_WEEKS)


def _review_case(card: Card, what: str, child: int | None, chosen: OneOf, as_json: bool) -> None:
    ((name, price),) = chosen.items()
    if child is not None:
        raise InputError(f"--child {child}: only for a cohort's folder; {what} is about one child")
    case = read_case(what)
    if name != "--price" or price is None:
        raise InputError(f"{name}: only for a cohort's folder; {what} is about one child, so give a --price")
    path = trajectory(card, case.record, case.child_id, price=price, texts=case.texts)
    _report_review(case.name, review(path), case, as_json)


def _reviewed(card: Card, folder: Path, at_line: AtLine, ceiling: bool) -> Iterator[pl.DataFrame]:
    for part in parts(folder):
        filtered = partial(knowable, scenario=Scenario.of_cohort(part.made)) if ceiling else None
        yield review_cohort(card, part, ceiling=filtered, **at_line)


def _report_review(name: str, found: Review, case: Case | None, as_json: bool) -> None:
    if as_json:
        print_json({"case": name, **as_document(found, case)})
    else:
        print_review(name, found, case)


def _report_cohort(
    folder: str, children: pl.DataFrame, stated: dict[str, Any], ceiling: bool, as_json: bool
) -> None:
    made = read_manifest(Path(folder)).made
    name = ("ceiling" if is_exact(Scenario.of_cohort(made)) else "reference") if ceiling else None
    about = cohort_summary(children, date.fromisoformat(made["from_on"]), has_ceiling=ceiling)
    missed = missed_by_kind(children)
    if as_json:
        summary = {**about, "missed_opportunities": {row.pop("finding"): row for row in missed.to_dicts()}}
        rows = [_as_document(row) for row in children.iter_rows(named=True)]
        print_json({"about": INVENTED, "line": stated, "ceiling": name, "summary": summary, "children": rows})
        return
    say(stands_for_in_words(stated))
    shown = {key: value for key, value in about.items() if ceiling or "knowable" not in key}
    print_pairs(shown, f"{folder}: by this day the shared record supported an assessment")
    labels_of = missed.with_columns(pl.col("finding").replace(MISSED).alias("missed opportunity"))
    print_table(labels_of.select("missed opportunity", "children", "times"), "Missed opportunities")
    say(NO_JUDGEMENT, wrapped=True)
    waited = children.drop_nulls(["harm_began_on", "days_between"])
    longest = waited.sort("days_between", "child_id", descending=[True, False]).head(20)
    columns = ("child_id", "harm_began_on", "triggered_on", "assessed_on", "days_between")
    print_table(
        longest.select(columns).with_columns(pl.col("child_id").cast(pl.String)),
        "Children whom harm reached: the longest waits that ended in an assessment",
    )
    if longest.height:
        say(f"One child: risk review {folder} --child {longest['child_id'][0]}")
    say(INVENTED, style="italic")


def _as_document(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of the caseload as JSON has it: what each viewer reached by its name."""
    alone = row["triggered_by_viewer"]
    return {
        **row,
        "triggered_by_viewer": {each["viewer"]: each["triggered_on"] for each in alone},
        "highest_points_by_viewer": {each["viewer"]: each["highest_points"] for each in alone},
    }
