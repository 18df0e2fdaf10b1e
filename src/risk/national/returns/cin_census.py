"""The children in need census as files: one XML document of nested children, or its modules as CSV files.

Both are written a part of the cohort at a time, and the XML a child at a time, so that a million children
never sit in memory. Everything is escaped; an element without a value is left out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import polars as pl

from risk.core.errors import InputError
from risk.core.kinds import INVENTED
from risk.core.pool import HERE, Pool
from risk.export.csv_cells import as_csv
from risk.export.csv_folder import write_folder
from risk.national.returns.authorities import AUTHORITIES
from risk.national.returns.cin_tables import CHILD, IN_ASSESSMENT, IN_CHILD, IN_PLAN, Tables, cin_tables
from risk.national.returns.described import Kinds, package_of, rows_and_kinds
from risk.national.returns.years import StatutoryYear
from risk.records.cohort import Cohort
from risk.records.manifest import MANIFEST
from risk.records.new_file import whole_file
from risk.records.partitions import Parts, each_part
from risk.records.pieces import append_piece, new_piece

OPENING: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<!-- {} -->\n<Message>\n{}\n  <Children>\n'
CLOSING: Final = "  </Children>\n</Message>\n"
README: Final = "README.txt"

BELONGS_TO: Final = {
    "ChildIdentifiers": (),
    "ChildCharacteristics": (CHILD,),
    "Disabilities": (CHILD,),
    "CINdetails": (CHILD,),
    "Assessments": IN_CHILD,
    "AssessmentFactorsList": IN_ASSESSMENT,
    "CINplanDates": IN_CHILD,
    "Section47": IN_CHILD,
    "ChildProtectionPlans": IN_CHILD,
    "Reviews": IN_PLAN,
}
"""By what ids each module stands in another; in the XML the nesting says it."""

IDS: Final = {*IN_ASSESSMENT, *IN_PLAN}

Made = dict[str, Any]
Row = dict[str, str | None]
Rows = defaultdict[tuple[str | None, ...], list[Row]]


def write_xml(
    cohort: Parts,
    made: Made,
    year: StatutoryYear,
    path: Path,
    *,
    authority: str = AUTHORITIES[0],
    pool: Pool = HERE,
    on_part: Callable[[int], None] | None = None,
) -> None:
    """Write the census of a year as one XML file, whole or not at all.

    Raises InputError if `path` is there or cannot be written, or if no child of the cohort is in scope: the
    census knows no empty file.

    made: how the whole cohort was made. authority: the number of the one that sends it.
    """
    n = 0
    with whole_file(path) as draft:
        opening = OPENING.format(INVENTED, _printed(_header(made, year, authority), level=1))
        draft.write_text(opening, encoding="utf-8", newline="\n")
        work = partial(_printed_children, draft.parent.absolute(), year)
        for children, piece in each_part(work, cohort, pool, on_part):
            append_piece(piece, draft)
            n += children
        with draft.open("a", encoding="utf-8", newline="\n") as file:
            file.write(CLOSING)
        if n == 0:
            raise InputError(f"{path}: no child of this cohort is in scope of {year.ending}")


def _printed_children(scratch: Path, year: StatutoryYear, part: Cohort) -> tuple[int, Path]:
    """Return how many children of a part are in the census, and where they are written as XML."""
    n, piece = 0, new_piece(scratch, b"")
    with piece.open("w", encoding="utf-8", newline="\n") as file:
        for child in children(cin_tables(part.record, year)):
            file.write(_printed(child, level=2) + "\n")
            n += 1
    return n, piece


def write_csvs(
    cohort: Parts,
    made: Made,
    year: StatutoryYear,
    folder: Path,
    *,
    authority: str = AUTHORITIES[0],
    pool: Pool = HERE,
    on_part: Callable[[int], None] | None = None,
) -> None:
    """Write the census of a year into a new folder, a CSV file a module, whole or not at all.

    UTF-8 with a byte order mark, ISO dates, an empty cell for what there is not: as Excel and the teaching
    notebooks of local authorities open them; `datapackage.json` says what each column means. Raises
    InputError if `folder` is there or cannot be written.
    """
    write_folder(
        folder,
        cohort,
        partial(_modules, year),
        partial(_papers, made, year, authority),
        about=rows_and_kinds,
        pool=pool,
        on_part=on_part,
    )


def _modules(year: StatutoryYear, part: Cohort) -> Tables:
    return cin_tables(part.record, year)


def _papers(
    made: Made, year: StatutoryYear, authority: str, said: dict[str, list[tuple[int, Kinds]]]
) -> dict[str, str]:
    """Return the header as a module, and what the folder is and its columns mean."""
    header = pl.DataFrame({e.tag: e.text for e in _header(made, year, authority).iter() if e.text})
    about = f"Children in need census, year to {year.last_on}. {_software(made)}.\n{INVENTED}\n"
    of_all = {"Header": [rows_and_kinds("Header", header)], **said}
    return {
        "Header.csv": as_csv(header).decode("utf-8"),
        README: about,
        MANIFEST: package_of(made, "cin_", of_all),
    }


def _software(made: Made) -> str:
    """Return who made the file, without what XML cannot hold: a user's scenario may have any name."""
    scenario = "".join(c for c in made["scenario"] if c.isprintable())
    return f"SYNTHETIC risk-trajectory, scenario {scenario}, seed {made['seed']}"


def _header(made: Made, year: StatutoryYear, authority: str) -> Element:
    """Return the header. Its time is the first moment after the year: a file made twice is the same."""
    header = Element("Header")
    collection: Row = {"Collection": "CIN", "Year": str(year.ending), "ReferenceDate": str(year.last_on)}
    _add(header, "CollectionDetails", collection)
    source: Row = {
        "SourceLevel": "L",
        "LEA": authority,
        "SoftwareCode": _software(made),
        "Release": "0",
        "SerialNo": "001",
        "DateTime": f"{year.to_on}T00:00:00",
    }
    _add(header, "Source", source)
    return header


def children(tables: Tables) -> Iterator[Element]:
    """Give each child of the tables as the census's element, with everything in the order of its schema."""
    rows = {name: _by_parent(table, BELONGS_TO[name]) for name, table in tables.items()}
    for identity in rows["ChildIdentifiers"][()]:
        who = (identity[CHILD],)
        child = Element("Child")
        _add(child, "ChildIdentifiers", identity)
        (ethnicity,) = rows["ChildCharacteristics"][who]
        about = _add(child, "ChildCharacteristics", ethnicity)
        _group(about, "Disabilities", rows["Disabilities"][who])
        for episode in rows["CINdetails"][who]:
            _add_episode(child, episode, rows)
        yield child


def _add_episode(child: Element, episode: Row, rows: dict[str, Rows]) -> None:
    """Add an episode, its parts in the order of the schema: the flag ReferralNFA stands among them."""
    this = tuple(episode[name] for name in IN_CHILD)
    details = _add(child, "CINdetails", {k: v for k, v in episode.items() if k != "ReferralNFA"})
    for assessment in rows["Assessments"][this]:
        found = rows["AssessmentFactorsList"][*this, assessment["AssessmentID"]]
        factors = [{"AssessmentFactors": row["AssessmentFactor"]} for row in found]
        _group(_add(details, "Assessments", assessment), "FactorsIdentifiedAtAssessment", factors)
    for plan in rows["CINplanDates"][this]:
        _add(details, "CINPlanDates", plan)
    for enquiry in rows["Section47"][this]:
        _add(details, "Section47", enquiry)
    SubElement(details, "ReferralNFA").text = episode["ReferralNFA"]
    for plan in rows["ChildProtectionPlans"][this]:
        reviews = rows["Reviews"][*this, plan["CPPID"]]
        _group(_add(details, "ChildProtectionPlans", plan), "Reviews", reviews)


def _by_parent(table: pl.DataFrame, parent: tuple[str, ...]) -> Rows:
    """Return a table's rows as text, in their order, by the ids of the element that they stand in."""
    rows: Rows = defaultdict(list)
    for row in table.cast(pl.String).iter_rows(named=True):
        rows[tuple(row[name] for name in parent)].append(row)
    return rows


def _add(parent: Element, name: str, *rows: Row) -> Element:
    """Add an element with one inside for each value of some rows, but the ids that say where they belong."""
    added = SubElement(parent, name)
    for row in rows:
        for column, value in row.items():
            if value is not None and (column not in IDS or name == "ChildIdentifiers"):
                SubElement(added, column).text = value
    return added


def _group(parent: Element, name: str, rows: list[Row]) -> None:
    """Add what belongs together as one group, unless there is none: the schema knows no empty group."""
    if rows:
        _add(parent, name, *rows)


def _printed(element: Element, *, level: int) -> str:
    """Return an element as text, indented two spaces a level, without the line's end."""
    indent(element, level=level)
    return "  " * level + tostring(element, encoding="unicode")
