"""The command that reviews: by which day the record supported an assessment, and what was missed.

One child of a cohort, every child of it, or a chronology that a person wrote.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypedDict

import typer

from risk import chronologies, cli, model, records, reviews, world
from risk.cli.console import print_json, progress, say
from risk.cli.options import (
    CASES,
    AsJson,
    BlankDates,
    CardFile,
    ChildOrName,
    Full,
    Printed,
    Scheduler,
    Trust,
    Unconfirmed,
    Workers,
    child_id,
    part_of,
)
from risk.cli.screen import MORE
from risk.core.defaults import DEFAULT_PRICE
from risk.core.errors import InputError
from risk.core.kinds import INVENTED, NOT_FOR_DECISIONS
from risk.core.pool import Pool

if TYPE_CHECKING:
    from polars import DataFrame

HIGHEST_LINE: Final = 200
"""No line above it is looked at: ten times the points of the strongest thing that can be written down."""

OneOf = dict[str, float | None]


class AtLine(TypedDict, total=False):
    """Where the line stands: at a price, or at so many points."""

    price: float
    line: int


Reviewed = Annotated[
    str,
    typer.Argument(
        metavar="CASE|DIR|FILE",
        help=f"A shipped case ({', '.join(CASES)}), a cohort's folder, or a .csv, .xlsx, .ods or .docx file.",
        show_default=False,
    ),
]
PriceIfAny = Annotated[
    float | None,
    typer.Option(
        help=f"Assessments you would make to find one that was warranted: sets the line. [default: "
        f"{DEFAULT_PRICE:g}]",
        show_default=False,
    ),
]
Capacity = Annotated[
    float | None,
    typer.Option(help="Instead of a price: room for so many assessments per 1,000 child-years."),
]
FalseAlarms = Annotated[
    float | None,
    typer.Option(help="Instead of a price: at most so many false alarms per unaffected child-year."),
]
Ceiling = Annotated[
    bool, typer.Option(help="Say from which day it was knowable; for a cohort that takes its time.")
]


def review_children(
    what: Reviewed,
    card_file: CardFile = None,
    child: ChildOrName = None,
    blank_dates: BlankDates = None,
    price: PriceIfAny = None,
    per_1000_child_years: Capacity = None,
    false_alarms: FalseAlarms = None,
    ceiling: Ceiling = True,
    unconfirmed: Unconfirmed = False,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    trust_scheduler: Trust = False,
    full: Full = False,
    as_json: AsJson = False,
) -> None:
    """Say by which day the record supported an assessment, who could have seen it, and what followed.

    Without --card, the card that comes with the package is used. The line is set by one of --price,
    --per-1000-child-years and --false-alarms; the two others are reported.
    """
    pool, printed = Pool(workers, scheduler, trust_scheduler), Printed(full, as_json)
    card = model.Card.shipped() if card_file is None else model.Card.read(card_file)
    chosen = _only_one(
        {"--price": price, "--per-1000-child-years": per_1000_child_years, "--false-alarms": false_alarms}
    )
    if not Path(what).is_dir():
        case = chronologies.read_case(what, unconfirmed=unconfirmed, blank_dates=blank_dates, child=child)
        _review_case(card, what, case, chosen, printed)
        return
    folder, by_price = Path(what), chosen.get("--price")
    line, stated = _line(card, folder, chosen, pool, needed=child is None)
    # The price as it was stated, not as the line's whole points round it.
    at_line: AtLine = {"line": line} if by_price is None else {"price": by_price}
    if child is not None:
        _review_child(card, folder, child_id(child), ceiling, at_line, printed)
        return
    with progress("Reviewing every child", records.read_manifest(folder).made["households"]) as step:
        children = reviews.review_parts(card, folder, ceiling=ceiling, pool=pool, on_part=step, **at_line)
    _report_cohort(what, children, stated, ceiling, printed)


def _only_one(choices: OneOf) -> OneOf:
    """Return the one choice that was made; none made is the price that stands for none."""
    made: OneOf = {name: value for name, value in choices.items() if value is not None}
    if len(made) > 1:
        raise InputError(f"{' and '.join(made)} each set the line: give one of them")
    return made or {"--price": DEFAULT_PRICE}


def _line(
    card: model.Card, folder: Path, chosen: OneOf, pool: Pool, *, needed: bool
) -> tuple[int, dict[str, Any]]:
    """Return the line that was chosen, and if that is needed what it means on this cohort."""
    ((name, value),) = chosen.items()
    lines = range(model.LOWEST_LINE, HIGHEST_LINE + 1)
    if name == "--price":
        line = model.line_at_price(card, float(value or 0))
        if not needed:
            return line, {}
        lines = range(line, line + 1)
    with progress("Counting alarms", records.read_manifest(folder).made["households"]) as step:
        counts = reviews.counts_by_line(card, folder, lines, pool=pool, on_part=step)
    if name == "--per-1000-child-years":
        line = model.line_at_capacity(counts, float(value or 0))
    elif name == "--false-alarms":
        line = model.line_at_false_alarms(counts, float(value or 0))
    return line, model.stands_for(card, counts, line)


def _review_child(
    card: model.Card, folder: Path, number: int, ceiling: bool, at_line: AtLine, printed: Printed
) -> None:
    part = part_of(number, folder)
    found = reviews.review_child(card, part, number, ceiling=ceiling, **at_line)
    acting = reviews.acting_document(card, part, number, line=found.path.line)
    _report_review(f"child {number}", found, None, acting, printed, f"{folder} --child {number}")


def _review_case(
    card: model.Card, what: str, case: chronologies.Case, chosen: OneOf, printed: Printed
) -> None:
    ((name, price),) = chosen.items()
    if name != "--price" or price is None:
        raise InputError(f"{name}: only for a cohort's folder; {what} is about one child, so give a --price")
    path = reviews.trajectory(card, case.record, case.child_id, price=price, texts=case.texts)
    acting = reviews.acting_not_known(reviews.NO_WORLD)
    _report_review(case.name, reviews.review(path, case=case), case, acting, printed, what)


def _report_review(
    name: str,
    found: reviews.Review,
    case: chronologies.Case | None,
    acting: dict[str, Any],
    printed: Printed,
    what: str,
) -> None:
    if printed.as_json:
        print_json({"case": name, **reviews.as_document(found, case), "acting": acting})
    elif printed.full:
        cli.print_review(name, found, case, acting["in_words"])
    else:
        rows = reviews.brief(found, case, acting["in_words"] if case is None else ())
        about = INVENTED if case is None else NOT_FOR_DECISIONS
        cli.print_screen(name, rows, f"Page: risk pack {what}. {MORE}", about)


def _report_cohort(
    folder: str, children: DataFrame, stated: dict[str, Any], ceiling: bool, printed: Printed
) -> None:
    made = records.read_manifest(Path(folder)).made
    name = ("ceiling" if world.is_exact(world.Scenario.of_cohort(made)) else "reference") if ceiling else None
    about = reviews.cohort_summary(children, date.fromisoformat(made["from_on"]), has_ceiling=ceiling)
    missed = reviews.missed_by_kind(children)
    if printed.as_json:
        summary = {**about, "missed_opportunities": {row.pop("finding"): row for row in missed.to_dicts()}}
        rows = (_as_document(row) for row in children.iter_rows(named=True))
        print_json({"about": INVENTED, "line": stated, "ceiling": name, "summary": summary}, children=rows)
        return
    longest = reviews.longest_waits_table(children)
    first = longest["child_id"][0] if longest.height else None
    look_up = [] if first is None else [f"One child: risk review {folder} --child {first}"]
    stands_for = reviews.stands_for_in_words(stated)
    in_brief = reviews.caseload_brief(about, missed, stands_for)
    if not printed.full:
        cli.print_screen(f"{folder}: every child", in_brief, *look_up, MORE, INVENTED)
        return
    shown = {key: value for key, value in about.items() if ceiling or "knowable" not in key}
    say(stands_for)
    cli.print_pairs(shown, f"{folder}: by this day the shared record supported an assessment")
    cli.print_table(reviews.missed_kinds_table(missed), "Missed opportunities")
    say(reviews.NO_JUDGEMENT, wrapped=True)
    cli.print_table(
        longest, "In harm when the line was reached: the longest waits that ended in an assessment"
    )
    for sentence in look_up:
        say(sentence)
    say(INVENTED, style="italic")


def _as_document(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of the caseload as JSON has it: what each viewer reached by its name."""
    alone = row["triggered_by_viewer"]
    return {
        **row,
        "triggered_by_viewer": {each["viewer"]: each["triggered_on"] for each in alone},
        "highest_points_by_viewer": {each["viewer"]: each["highest_points"] for each in alone},
    }
