"""The counts: what a return of one year must add up to, counted in the record and never in the return."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

import polars as pl

from risk.core.arrays import day_of
from risk.core.kinds import FACTORS, PLAN_CATEGORIES
from risk.core.pool import HERE, Pool
from risk.national.flows import SOURCES, completed_assessments, responses, this_year, yearly
from risk.national.returns.years import StatutoryYear
from risk.national.stays import Stays
from risk.national.stocks import Counting, plans
from risk.records.cohort import Cohort
from risk.records.households import Homes
from risk.records.partitions import Parts, each_part

COUNTS: Final = {
    "referral": "Referrals",
    **{f"referral_{group}": f"Referrals by {group.replace('_', ' ')}" for group in SOURCES},
    "closed_at_once": "Referrals decided on in the year, no further action",
    "assessed": "Assessments completed",
    **{
        f"factor_{factor}": f"Assessments that identified {words.lower()}"
        for factor, words in FACTORS.items()
    },
    "section_47": "Section 47 enquiries started",
    "conference": "Initial child protection conferences",
    "plan": "Child protection plans started",
    **{f"plan_{c}": f"Child protection plans started for {c.replace('_', ' ')}" for c in PLAN_CATEGORIES},
    "plan_again": "Child protection plans started, the child's second or later",
    "on_plan": "On a child protection plan on 31 March",
}
"""What is counted, by its name in `flows` and `stocks`."""


def counts(
    cohort: Parts, year: StatutoryYear, *, pool: Pool = HERE, on_part: Callable[[int], None] | None = None
) -> pl.DataFrame:
    """Return name, counted and children: how many children each of the year's responses was about, in sum.

    A child counts as often as it happened to it. Nothing written after 31 March is looked at.

    cohort: holds the whole year.
    """
    of_parts = list(each_part(partial(_counted_in, year), cohort, pool, on_part))
    return pl.DataFrame(
        [(name, says, sum(part[name] for part in of_parts)) for name, says in COUNTS.items()],
        schema=["name", "counted", "children"],
        orient="row",
    )


def _counted_in(year: StatutoryYear, part: Cohort) -> dict[str, int]:
    record = part.record
    known = record.events.filter(pl.col("recorded_on") < year.to_on)
    record = replace(record, events=known, to_on=year.to_on)
    homes, written = Homes.of(record), responses(record)
    counted = this_year(record, homes, written, from_on=year.from_on)
    of_year = yearly(record, homes, written, counted, completed_assessments(counted, written))
    sums = of_year | plans(
        Counting(homes, day_of(year.to_on), day_of(year.from_on)), Stays.of(record, written)
    )
    return {name: int(sums[name].sum()) for name in COUNTS}
