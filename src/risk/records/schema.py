"""The tables: every column is declared here once, with its type, its key and its rules.

`RECORD` is what professionals wrote, `TRUTH` is what happened. They are separate types and separate
folders on disk, and no column of the truth ever appears in the record.
"""

from collections.abc import Mapping
from typing import Final

import dataframely as dy
import polars as pl

from risk.core.errors import InputError
from risk.core.kinds import AGENCIES, CATEGORIES, FACTORS, FINDINGS, KINDS, REASONS

CARE_STATES: Final = ("adequate", "strained", "serious", "severe")
WARRANTS: Final = ("serious", "severe")
"""The states of care in a home in which an assessment of its children is warranted."""

FAMILY_TYPES: Final = ("settled", "struggling")
VISIBILITIES: Final = ("little_seen", "seen", "much_seen")
ADULT_ROLES: Final = ("mother", "father", "partner", "other_adult")
CONCERN_SEVERITY: Final = (1, 4)
CHILDREN_A_HOUSEHOLD: Final = 16
"""child_id is household_id × 16 plus the order of birth; adult_id likewise."""


class Households(dy.Schema):
    """One row a household: the people who share a home. A user's chronology need not say where."""

    household_id = dy.Int64(primary_key=True)
    deprivation_decile = dy.Int8(nullable=True, min=1, max=10)
    area = dy.Int16(nullable=True, min=0)


class Adults(dy.Schema):
    """One row an adult whom professionals know to live, or to have lived, in the home.

    joined_on and left_on are the days on which somebody first wrote it down; null: not written down.
    """

    adult_id = dy.Int64(primary_key=True)
    household_id = dy.Int64()
    name = dy.String()
    role = dy.Enum(list(ADULT_ROLES))
    joined_on = dy.Date(nullable=True)
    left_on = dy.Date(nullable=True)
    known_to_police = dy.Bool(nullable=True)


class Children(dy.Schema):
    """One row a child; child_id is household_id × 16 plus the order of birth.

    A simulated child has every column; a user's chronology need not say when a child was born.
    """

    child_id = dy.Int64(primary_key=True)
    household_id = dy.Int64()
    given_name = dy.String()
    born_on = dy.Date(nullable=True)
    sex = dy.Enum(["female", "male"], nullable=True)
    ethnicity = dy.Enum(["asian", "black", "mixed", "other", "white"], nullable=True)
    disability = dy.Bool(nullable=True)


class Events(dy.Schema):
    """One row a thing written down: a concern, or a service's response.

    A null child_id means the whole household. `occurred_on` is when it happened, `recorded_on` when its
    agency wrote it down, `shared_on` when children's services could know (null: never). Dates known only
    to a window are its earliest days, and `may_be_later_days` says how much later all three may be.
    `answers` is the event that this one answered, `closes` the event whose episode it ends. `category` is a
    plan's or a placement's, `reason` that of a closure or of leaving care.
    """

    event_id = dy.Int64(primary_key=True)
    household_id = dy.Int64()
    child_id = dy.Int64(nullable=True)
    kind = dy.Enum(list(KINDS))
    agency = dy.Enum(list(AGENCIES))
    occurred_on = dy.Date()
    recorded_on = dy.Date()
    shared_on = dy.Date(nullable=True)
    may_be_later_days = dy.Int32(min=0)
    severity = dy.Int8(nullable=True, min=CONCERN_SEVERITY[0], max=CONCERN_SEVERITY[1])
    disclosed_by_child = dy.Bool()
    believed = dy.Bool(nullable=True)
    finding = dy.Enum(list(FINDINGS), nullable=True)
    category = dy.Enum(list(CATEGORIES), nullable=True)
    reason = dy.Enum(list(REASONS), nullable=True)
    answers = dy.Int64(nullable=True)
    closes = dy.Int64(nullable=True)

    @dy.rule()
    def recorded_no_sooner_than_it_occurred(cls) -> pl.Expr:
        return pl.col("recorded_on") >= pl.col("occurred_on")

    @dy.rule()
    def shared_no_sooner_than_recorded(cls) -> pl.Expr:
        return pl.col("shared_on").is_null() | (pl.col("shared_on") >= pl.col("recorded_on"))


class Factors(dy.Schema):
    """One row a factor that a completed assessment identified, of anybody in the household."""

    event_id = dy.Int64(primary_key=True)
    factor = dy.Enum(list(FACTORS), primary_key=True)


class Families(dy.Schema):
    """One row a household: what nobody wrote down about it for the whole time."""

    household_id = dy.Int64(primary_key=True)
    family_type = dy.Enum(list(FAMILY_TYPES))
    visibility = dy.Enum(list(VISIBILITIES))


class Spells(dy.Schema):
    """One row a stretch of time in which a household's hidden state did not change; to_on is exclusive."""

    household_id = dy.Int64(primary_key=True)
    from_on = dy.Date(primary_key=True)
    to_on = dy.Date()
    care_state = dy.Enum(list(CARE_STATES))
    domestic_abuse = dy.Bool()
    substance_misuse = dy.Bool()
    risky_adult = dy.Bool()


class Harms(dy.Schema):
    """One row a spell in which a child's life warranted an assessment; warranted_to is exclusive.

    The care state is serious or severe, and the child lives in it.
    """

    child_id = dy.Int64(primary_key=True)
    warranted_from = dy.Date(primary_key=True)
    warranted_to = dy.Date()


class Incidents(dy.Schema):
    """One row an agency that could have noticed a thing that happened; event_id is null if none wrote it."""

    incident_id = dy.Int64(primary_key=True)
    agency = dy.Enum(list(AGENCIES), primary_key=True)
    household_id = dy.Int64()
    kind = dy.Enum(list(KINDS))
    on = dy.Date()
    noticed = dy.Bool()
    recorded = dy.Bool()
    shared = dy.Bool()
    event_id = dy.Int64(nullable=True)


class Visits(dy.Schema):
    """One row a time that people looked at a home and wrote a finding: what was there to be seen.

    reassured: the home had been tidied or the parent's account was accepted, and nothing serious was found.
    """

    event_id = dy.Int64(primary_key=True)
    household_id = dy.Int64()
    care_state = dy.Enum(list(CARE_STATES))
    domestic_abuse = dy.Bool()
    reassured = dy.Bool()


class Residents(dy.Schema):
    """One row an adult who lived in the home, known or not; left_on is exclusive, null for still there.

    adult_id is the one of `Adults` for those whom professionals know.
    """

    adult_id = dy.Int64(primary_key=True)
    household_id = dy.Int64()
    role = dy.Enum(list(ADULT_ROLES))
    joined_on = dy.Date(nullable=True)
    left_on = dy.Date(nullable=True)
    risky = dy.Bool()


class RefugeStays(dy.Schema):
    """One row a stay of the mother and the children in a refuge; to_on is exclusive."""

    household_id = dy.Int64(primary_key=True)
    from_on = dy.Date(primary_key=True)
    to_on = dy.Date()


Schemas = Mapping[str, type[dy.Schema]]

RECORD: Final[Schemas] = {
    "households": Households,
    "adults": Adults,
    "children": Children,
    "events": Events,
    "factors": Factors,
}
TRUTH: Final[Schemas] = {
    "families": Families,
    "residents": Residents,
    "refuge_stays": RefugeStays,
    "spells": Spells,
    "harms": Harms,
    "incidents": Incidents,
    "visits": Visits,
}


def checked(name: str, table: pl.DataFrame, schema: type[dy.Schema], source: str = "") -> pl.DataFrame:
    """Return `table` with exactly the columns of `schema`, in its order, if every row keeps its rules.

    Raises InputError that names the table, the columns or the first row at fault, and the rule.

    source: where the table came from, for the message.
    """
    good, failure = schema.filter(typed(name, table, schema, source))
    if len(failure):
        rule, n = next(iter(failure.counts().items()))
        first = failure.invalid().row(0, named=True)
        where = f"{source or 'table'} {name}".strip()
        raise InputError(f"{where}: {n} rows break the rule {rule!r}; the first is {first}")
    return good


def typed(name: str, table: pl.DataFrame, schema: type[dy.Schema], source: str = "") -> pl.DataFrame:
    """Return `table` with exactly the columns of `schema`, in its order and types; no row is looked at.

    A vocabulary only ever grows at its end: a table written when it was shorter holds the same words.
    Raises InputError that names the table and the columns at fault.
    """
    where = f"{source or 'table'} {name}".strip()
    missing = [c for c in schema.column_names() if c not in table.columns]
    if missing:
        raise InputError(f"{where}: {len(missing)} columns are missing: {', '.join(missing)}")
    grown = [c for c, declared in schema.columns().items() if _has_grown(table.schema[c], declared.dtype)]
    table = table.with_columns(pl.col(c).cast(schema.columns()[c].dtype) for c in grown)
    for column, declared in schema.columns().items():
        if table.schema[column] != declared.dtype:
            raise InputError(f"{where}, column {column}: type {table.schema[column]}; it is {declared.dtype}")
    return table.select(schema.column_names())


def _has_grown(was: pl.DataType, now: pl.DataType) -> bool:
    """Return whether a vocabulary is an older one with words appended."""
    if not (isinstance(was, pl.Enum) and isinstance(now, pl.Enum)):
        return False
    words, more = was.categories.to_list(), now.categories.to_list()
    return len(words) < len(more) and more[: len(words)] == words
