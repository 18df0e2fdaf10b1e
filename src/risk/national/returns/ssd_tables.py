"""The Standard Safeguarding Dataset as tables: everything that children's services know on one day.

It is a database of a service's own and no return: closed cases of all years are in it. A person in it is a
child of whom anything else is; a child whom services never heard of is not. Every column of the specification
is there, and what the record cannot fill is empty.
"""

from datetime import date

import polars as pl

from risk.national.returns.cin_codes import code, coded, of_school_age, upn
from risk.national.returns.inspection import Inspection
from risk.national.returns.ssd_care import objects_of_care
from risk.national.returns.ssd_need import objects_of_need
from risk.national.returns.ssd_objects import as_specified, objects
from risk.national.returns.ssd_values import CHILD
from risk.records.cohort import Record

Tables = dict[str, pl.DataFrame]


def ssd_tables(record: Record, on: date) -> Tables:
    """Return the objects, by name, as known on the evening of a day, with the columns that are specified.

    Rows are sorted by child, then as things began. Keys are unique, also between parts of a cohort, and every
    reference resolves. Days are dates.
    """
    day = Inspection.of(record, on)
    made = objects_of_need(day) | objects_of_care(day)
    persons = [rows[c].unique() for rows in made.values() for c in rows.columns if c.endswith("_person_id")]
    known = pl.concat(persons).unique()
    children = day.children.filter(CHILD.is_in(known.implode()))
    made |= _identities(children, on)
    return {name: as_specified(name, made[name]) for name in objects()}


def _identities(children: pl.DataFrame, on: date) -> Tables:
    """Return who the children are."""
    at_school = of_school_age(on)
    which = pl.when("disability").then(code("disability", "yes")).otherwise(code("disability", "no"))
    return {
        "ssd_person": children.select(
            pers_person_id=CHILD,
            pers_forename="given_name",
            pers_sex=coded("sex", "sex"),
            pers_ethnicity=coded("ethnicity", "ethnicity"),
            pers_dob=pl.when(pl.col("due_on").is_null()).then("born_on"),
            pers_expected_dob="due_on",
            pers_upn_unknown=pl.when(~at_school).then(code("no_upn", "under_school_age")),
            pers_is_mother=pl.when(pl.col("sex") == "female").then(pl.lit("N")),
        ),
        "ssd_family": children.select(
            fami_table_id=CHILD, fami_family_id=pl.col("household_id").cast(pl.String), fami_person_id=CHILD
        ),
        "ssd_disability": children.drop_nulls("disability").select(
            disa_person_id=CHILD, disa_table_id=CHILD, disa_disability_code=which
        ),
        "ssd_linked_identifiers": children.filter(at_school).select(
            link_table_id=CHILD,
            link_person_id=CHILD,
            link_identifier_type=pl.lit("Unique Pupil Number"),
            link_identifier_value=upn(pl.col("child_id")),
        ),
    }
