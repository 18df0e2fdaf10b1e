"""The command about a caseload from elsewhere: a table of events of invented children, reviewed as a whole.

Another generator's, a simulation of one's own, a merged set of training cases: nobody says what happened.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from risk import chronologies, cli, model, records, reviews, show
from risk.cli.console import complain, err, print_json, say
from risk.cli.options import AsJson, CardFile, Force, Price
from risk.core.defaults import DEFAULT_PRICE
from risk.core.errors import InputError, brief
from risk.core.kinds import FITTED_IN_AN_INVENTED_WORLD, INVENTED, NOT_FOR_REAL_CASELOADS
from risk.core.wording import window

if TYPE_CHECKING:
    from polars import DataFrame

MOST_LISTED: Final = 200
"""So many problems are listed; the nearest word to each takes its time."""

Table = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="A table of events: .csv, .parquet or .xlsx.", show_default=False),
]
ChildInTable = Annotated[
    str | None,
    typer.Option(
        "--child", metavar="NAME", help="One child, by what the table calls the child.", show_default=False
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="WORD=HEADING",
        help="Which column holds what, as in child=person_ref; as often as you like.",
        show_default=False,
    ),
]
Codes = Annotated[
    list[str] | None,
    typer.Option(
        "--code",
        metavar="WORD.CODE=WORD",
        help="What a code of the table means, as in kind.NEG1=hunger; as often as you like.",
        show_default=False,
    ),
]
ByHand = Annotated[
    bool,
    typer.Option("--by-hand", help="A thing stands in the table once, however many had written it down."),
]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--to", metavar="DIR", help="Write the record and its review into a new folder.", show_default=False
    ),
]
Page = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write one page that needs no network.", show_default=False),
]


def review_caseload(
    file: Table,
    card_file: CardFile = None,
    price: Price = DEFAULT_PRICE,
    child: ChildInTable = None,
    column: Columns = None,
    code: Codes = None,
    by_hand: ByHand = False,
    to: Folder = None,
    html: Page = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Review a table of events of invented children from elsewhere, without a truth.

    Children are shown in groups, never in one list by score. Real caseloads are not what this is for: the
    card is fitted in an invented world and validated on nobody.
    """
    card = model.Card.shipped() if card_file is None else model.Card.read(card_file)
    line = model.line_at_price(card, price)
    _check_places(html, to, force)
    reading = chronologies.read_table_of_events(
        file, columns=_pairs(column), codes=_codes(code), by_hand=by_hand
    )
    if reading.problems or reading.caseload is None:
        _list_problems(reading, as_json)
        raise typer.Exit(2)
    record = reading.caseload
    if child is not None:
        _review_one(card, record, child, price, as_json)
        return
    children = reviews.review_record(card, record, price=price)
    about = _document(str(file), children, record, line, price)
    _write(str(file), children, record, about, html, to, force)
    if as_json:
        print_json(about, children=_rows(children))
        return
    _print(str(file), children, record, about)
    for path in filter(None, (html, to)):
        say(f"Wrote {path}.")


def _write(
    file: str,
    children: DataFrame,
    record: chronologies.Caseload,
    about: dict[str, Any],
    html: Path | None,
    to: Path | None,
    force: bool,
) -> None:
    """Write the page and the folder that were asked for."""
    if html is not None:
        records.write_text(html, _page(file, children, record, about), force=force)
    if to is not None:
        cli.write_folder(to, record, children, about)


def _check_places(html: Path | None, to: Path | None, force: bool) -> None:
    """Raise InputError for a place that is taken, before anything is read."""
    if html is not None:
        if html.suffix.lower() not in (".html", ".htm"):
            raise InputError(f"--html {html}: must end in .html")
        records.check_free(html, force=force)
    if to is not None:
        records.clear_after(to)
        records.check_free(to, "folder")


def _pairs(given: list[str] | None) -> dict[str, str]:
    """Return what WORD=HEADING says. Raises InputError for what is no pair."""
    found = {}
    for text in given or []:
        word, sign, heading = text.partition("=")
        if not (word.strip() and sign and heading.strip()):
            raise InputError(f"--column {text[:60]}: must be WORD=HEADING, as in child=person_ref")
        found[word.strip()] = heading.strip()
    return found


def _codes(given: list[str] | None) -> dict[str, dict[str, str]]:
    """Return what WORD.CODE=WORD says, by column. Raises InputError for what does not say it."""
    found: dict[str, dict[str, str]] = {}
    for text in given or []:
        left, sign, meaning = text.rpartition("=")
        column, dot, code = left.partition(".")
        if not (column and dot and code and sign):
            raise InputError(f"--code {text[:60]}: must be WORD.CODE=WORD, as in kind.NEG1=hunger")
        found.setdefault(column.strip(), {})[code.strip()] = meaning.strip()
    return found


def _list_problems(reading: chronologies.EventsReading, as_json: bool) -> None:
    """List every problem with its row, column, value and rule; as JSON on the stream for output."""
    n, listed = len(reading.problems), reading.problems[:MOST_LISTED]
    if as_json:
        rows = [
            {
                "row": problem.cell.row,
                "where": problem.cell.address,
                "column": problem.cell.column or None,
                "value": problem.cell.text,
                "rule": f"{problem.why()}{problem.also}",
            }
            for problem in listed
        ]
        about = {"about": FITTED_IN_AN_INVENTED_WORLD, "file": reading.source}
        print_json({**about, "problems": rows, "n_problems": n})
    complain(f"{reading.source}: {n:,} {'problem' if n == 1 else 'problems'}; nothing was written")
    for problem in listed:
        err.print(f"  {brief(str(problem))}", markup=False, soft_wrap=True)
    if n > MOST_LISTED:
        err.print(f"  and {n - MOST_LISTED:,} more", markup=False, soft_wrap=True)


def _review_one(
    card: model.Card, record: chronologies.Caseload, child: str, price: float, as_json: bool
) -> None:
    case = record.case_of(child)
    path = reviews.trajectory(card, case.record, case.child_id, price=price)
    found = reviews.review(path, case=case)
    if as_json:
        about = {"case": case.name, "card": FITTED_IN_AN_INVENTED_WORLD}
        print_json({**about, **reviews.as_document(found, case)})
        return
    cli.print_screen(case.name, reviews.brief(found, case), FITTED_IN_AN_INVENTED_WORLD)


def _document(
    file: str, children: DataFrame, record: chronologies.Caseload, line: int, price: float
) -> dict[str, Any]:
    """Return a caseload's review as JSON has it, but for its children."""
    missed = reviews.missed_by_kind(children)
    return {
        "about": INVENTED,
        "card": FITTED_IN_AN_INVENTED_WORLD,
        "not_for": NOT_FOR_REAL_CASELOADS,
        "file": file,
        "line": {"points": line, "price": price},
        "counts": reviews.caseload_counts(children, record),
        "missed_opportunities": {row.pop("finding"): row for row in missed.to_dicts()},
        "remarks": record.remarks,
        "read_as": record.read_as.to_dicts(),
    }


def _rows(children: DataFrame) -> list[dict[str, Any]]:
    """Return the children in the order of their table, without a score to put them in another."""
    return [
        {
            **row,
            "missed_opportunities": [
                {name: value for name, value in one.items() if name != "says"}  # which may tell points
                for one in row["missed_opportunities"]
            ],
            "triggered_by_viewer": {one["viewer"]: one["triggered_on"] for one in row["triggered_by_viewer"]},
        }
        for row in children.iter_rows(named=True)
    ]


def _title(file: str, about: dict[str, Any]) -> str:
    counts = about["counts"]
    last = counts["to_on"] - timedelta(days=1)
    return (
        f"{Path(file).name}: {counts['children']:,} children in {counts['households']:,} households, "
        f"{counts['events']:,} events, {window(counts['from_on'], last)}"
    )


def _line_in_words(about: dict[str, Any]) -> str:
    points, price = about["line"]["points"], about["line"]["price"]
    return f"{points} points (about {price:.3g} assessments for one that is warranted)."


def _print(file: str, children: DataFrame, record: chronologies.Caseload, about: dict[str, Any]) -> None:
    """Print the review on one screen: groups, who could have seen it, how it was read, what it is for."""
    groups = [
        f"{n:,} ({of_100} of 100): {words}" for words, n, of_100 in reviews.groups_table(children).rows()
    ]
    more = len(record.remarks) - 1
    rest = [f"And {more} more remarks: --json."] if more > 0 else []
    rows = [
        ("Children", groups),
        ("The line", [_line_in_words(about)]),
        ("Of these", reviews.caseload_in_words(children, record)),
        ("How read", [*record.remarks[:1], *rest]),
    ]
    one = f"One child: risk caseload {file} --child {record.named['child'][0]}"
    cli.print_screen(_title(file, about), rows, one, FITTED_IN_AN_INVENTED_WORLD, NOT_FOR_REAL_CASELOADS)


def _page(file: str, children: DataFrame, record: chronologies.Caseload, about: dict[str, Any]) -> str:
    """Return the review as one HTML page: in brief, the groups, and each group's children in file order."""
    said = [f"The line: {_line_in_words(about)}", *reviews.caseload_in_words(children, record)]
    note = f"{FITTED_IN_AN_INVENTED_WORLD} {NOT_FOR_REAL_CASELOADS}"
    counted = reviews.groups_table(children)
    parts = [
        show.Part("In brief", said, note=note),
        show.Part("The groups", chart=show.charts.caseload(children), table=counted, note=INVENTED),
    ]
    for group, table in reviews.group_tables(children).items():
        n = about["counts"]["groups"][group]
        order = f"{n:,} children, in the order of their table"
        shown = f"{order}; the first {table.height:,} are here." if table.height < n else f"{order}."
        about_it = reviews.IN_SHORT[group], [shown]
        parts.append(show.Part(*about_it, table=table, note=FITTED_IN_AN_INVENTED_WORLD))
    parts.append(show.Part("How the table was read", record.remarks or ["Nothing was read into it."]))
    return show.page.page(_title(file, about), parts, about=FITTED_IN_AN_INVENTED_WORLD)
