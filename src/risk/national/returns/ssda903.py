"""The looked-after children return (SSDA903): a year's children in care, as the CSV files of its collection.

The record knows on what legal basis children were looked after, in what placements, and how care ended; it
knows no postcodes, health checks or social workers. What the return asks of those is one stated code or left
out, and docs/formats/ssda903.md says which. Codes are those of the year's own collection.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl
import polars.selectors as cs

from risk.core.errors import InputError
from risk.core.kinds import INVENTED
from risk.core.pool import HERE, Pool
from risk.export.csv_folder import write_folder
from risk.national.returns.care import PERIOD, Care
from risk.national.returns.cin_codes import code, coded, codes, la_child_id, of_school_age, upn
from risk.national.returns.described import Kinds, package_of, rows_and_kinds
from risk.national.returns.forms import in_form_of
from risk.national.returns.pathway import Pathway
from risk.national.returns.years import StatutoryYear
from risk.records.cohort import Cohort, Record
from risk.records.manifest import MANIFEST
from risk.records.partitions import Parts

README: Final = "README.txt"
DATE_FORMAT: Final = "%d/%m/%Y"

STARTS: Final = "S"
LEGAL_STATUS_CHANGES: Final = "L"
PLACEMENT_CHANGES: Final = "P"
BOTH_CHANGE: Final = "B"
"""With a placement the carer changes too: no one adopts whom he or she fostered."""

EPISODE_GOES_ON: Final = "X1"
CEASED: Final = {
    "return_home": "E4A",
    "turned_18": "E8",
    "adopted": "E12",
    "special_guardianship": "E48",
    "residence_order": "E41",
    "independence": "E5",
    "care_ceased": "E8",
}
"""Assumption: a return home is as planned, since a review or a court decided it. Where a child of 18 goes to
the record does not know: E8, any other reason. Nobody agreed to an adoption. Guardians are not of the family,
and were no carers, but for relatives or friends with whom the children lived.
"""
TO_RELATIVES: Final = "E45"
PLACEMENT: Final = {
    "foster": "U6",
    "kinship": "U3",
    "for_adoption": "A6",
    "with_parents": "P1",
    "residential": "K2",
    "independent": "K3",
}
UNKNOWN_PLACEMENT: Final = "foster"
"""Assumption: what it is where none is recorded."""

PROVIDERS: Final = ("PR1", "PR4")
URN: Final = "XXXXXXX"
"""Assumption: the providers of placements are in turn the authority itself, first, and a private one;
the record names none, and the return must be able to tell one placement from the next.
"""
WITH_PARENTS: Final = "PR0"
ADOPTION_PLAN: Final = "CARPL"
OTHER_CHANGE: Final = "OTHER"
"""Why a placement ended: the next is an adoption's, as planned, or nobody wrote why."""

NEED_UNKNOWN: Final = "N1"
"""Assumption: abuse or neglect, where the referral named no concern; N0 is none of the return's codes."""

REVIEW_UNDER_4: Final = "PN0"
REVIEW_TAKING_PART: Final = "PN1"
"""Assumption: a child of 4 or more was there and spoke."""

NEVER_ADOPTED: Final = "Z1"

Made = dict[str, Any]
Tables = dict[str, pl.DataFrame]


def write_ssda903(
    cohort: Parts,
    made: Made,
    year: StatutoryYear,
    folder: Path,
    *,
    pool: Pool = HERE,
    on_part: Callable[[int], None] | None = None,
) -> None:
    """Write the return of a year into a new folder, a CSV file a table, whole or not at all.

    UTF-8 without a byte order mark, days as 31/03/2014; `datapackage.json` says what each column means.
    Raises InputError if `folder` is there or cannot be written, or if no child of the cohort was looked after
    in the year: the return knows no empty file.

    made: how the whole cohort was made.
    """
    write_folder(
        folder,
        cohort,
        partial(_as_written, year),
        partial(_papers, made, year, folder),
        about=rows_and_kinds,
        bom=False,
        pool=pool,
        on_part=on_part,
    )


def _as_written(year: StatutoryYear, part: Cohort) -> Tables:
    """Return a part's tables with days as they stand in the files."""
    tables = ssda903_tables(part.record, year)
    return {name: t.with_columns(cs.date().dt.to_string(DATE_FORMAT)) for name, t in tables.items()}


def _papers(
    made: Made, year: StatutoryYear, folder: Path, said: dict[str, list[tuple[int, Kinds]]]
) -> dict[str, str]:
    """Return what the folder is and its columns mean. Raises InputError where it holds nobody."""
    if not sum(rows for rows, _ in said["header"]):
        raise InputError(f"{folder}: no child of this cohort was looked after in the year {year.ending}")
    about = (
        f"Looked-after children return, year to {year.last_on}. SYNTHETIC risk-trajectory, scenario "
        f"{made['scenario']}, seed {made['seed']}.\n{INVENTED}\n"
    )
    return {README: about, MANIFEST: package_of(made, "ssda903_", said, day_format=DATE_FORMAT)}


def ssda903_tables(record: Record, year: StatutoryYear) -> Tables:
    """Return the return's tables as known on 31 March, sorted by child and day; days are dates.

    header, episodes, reviews and prevperm, with the columns of the collection in its order. An episode is in
    the return if a day of it is in the year, with the day on which it began.
    """
    care = Care.on(record, year.last_on)
    ends = pl.col("to_on")
    episodes = care.episodes.filter(
        pl.col("from_on") <= year.last_on, ends.is_null() | (ends >= year.from_on)
    )
    looked_after = care.children.join(episodes, on="child_id", how="semi", maintain_order="left")
    tables = {
        "header": _header(looked_after, year),
        "episodes": _episodes(episodes, care, needs(Pathway.on(record, year.last_on), care)),
        "reviews": _reviews(care.reviews.filter(pl.col("held_on") >= year.from_on), looked_after),
        "prevperm": _with_birth(
            looked_after, PREV_PERM=pl.lit(NEVER_ADOPTED), LA_PERM=NOTHING, DATE_PERM=NOTHING
        ),
    }
    return {name: in_form_of(year, "ssda903", table) for name, table in tables.items()}


NOTHING: Final = pl.lit(None, pl.String)
CHILD: Final = la_child_id(pl.col("child_id")).alias("CHILD")


def _header(children: pl.DataFrame, year: StatutoryYear) -> pl.DataFrame:
    number = pl.when(of_school_age(year.last_on)).then(upn(pl.col("child_id")))
    return children.select(
        CHILD,
        SEX=coded("sex", "sex"),
        DOB="born_on",
        ETHNIC=coded("ethnicity", "ethnicity"),
        UPN=number.otherwise(code("no_upn", "under_school_age")),
        MOTHER=pl.when(pl.col("sex") == "female").then(0),
        MC_DOB=NOTHING,
    )


def _episodes(episodes: pl.DataFrame, care: Care, needs: pl.DataFrame) -> pl.DataFrame:
    return (
        episodes.join(care.periods, on=PERIOD, maintain_order="left")
        .join(needs, on=PERIOD, maintain_order="left")
        .join(reasons_of_moves(care), on=[*PERIOD, "from_on"], how="left", maintain_order="left")
        .select(
            CHILD,
            DECOM="from_on",
            RNE=reason_began(),
            LS="legal_status",
            CIN="need",
            PLACE=place(),
            PLACE_PROVIDER=provider(),
            DEC="to_on",
            REC=reason_ceased(),
            REASON_PLACE_CHANGE="why_moved",
            HOME_POST=NOTHING,
            PL_POST=NOTHING,
            URN=pl.lit(URN),
        )
    )


def place() -> pl.Expr:
    """Say what kind of placement it is."""
    known = pl.col("placement").fill_null(UNKNOWN_PLACEMENT)
    return known.replace_strict(PLACEMENT, return_dtype=pl.String)


def reason_began() -> pl.Expr:
    """Say why an episode began: what changed with it."""
    return (
        pl.when("is_first")
        .then(pl.lit(STARTS))
        .when(~pl.col("placement_changes"))
        .then(pl.lit(LEGAL_STATUS_CHANGES))
        .when("status_changes")
        .then(pl.lit(BOTH_CHANGE))
        .otherwise(pl.lit(PLACEMENT_CHANGES))
    )


def provider() -> pl.Expr:
    """Say who provides a placement, the nth of its period."""
    with_parents = pl.when(pl.col("placement") == "with_parents").then(pl.lit(WITH_PARENTS))
    second = with_parents.when(pl.col("nth_placement") % 2 == 0).then(pl.lit(PROVIDERS[1]))
    return second.otherwise(pl.lit(PROVIDERS[0]))


def reason_ceased() -> pl.Expr:
    """Say why an episode ended: as another begins, or with its period of care; null while it lasts."""
    goes_on = pl.when(pl.col("to_on").is_not_null()).then(pl.lit(EPISODE_GOES_ON))
    return pl.when("is_last").then(reason_left()).otherwise(goes_on)


def reason_left() -> pl.Expr:
    """Say why a period of care ended; null while it lasts."""
    to_relatives = (pl.col("ended_by") == "special_guardianship") & (pl.col("placement") == "kinship")
    other = pl.col("ended_by").replace_strict(CEASED, default=None, return_dtype=pl.String)
    return pl.when(to_relatives).then(pl.lit(TO_RELATIVES)).otherwise(other)


def reasons_of_moves(care: Care) -> pl.DataFrame:
    """Return why the placement of an episode ended, of those after which children lived elsewhere in care."""
    following = care.episodes.select(pl.col("placement", "placement_changes").shift(-1).over(PERIOD))
    is_adoption = following["placement"] == "for_adoption"
    return care.episodes.select(
        *PERIOD,
        "from_on",
        why_moved=pl.when(following["placement_changes"].fill_null(False)).then(
            pl.when(is_adoption).then(pl.lit(ADOPTION_PLAN)).otherwise(pl.lit(OTHER_CHANGE))
        ),
    )


def needs(pathway: Pathway, care: Care) -> pl.DataFrame:
    """Return each period with need: what the referral that came before it was about."""
    referrals = pathway.episodes.select("child_id", "referral_id", "referred_on", "need")
    before = care.periods.sort("started_on").join_asof(
        referrals.sort("referred_on", "referral_id"),
        left_on="started_on",
        right_on="referred_on",
        by="child_id",
        check_sortedness=False,
    )
    not_stated = codes()["otherwise"]["primary_need"]
    return before.select(*PERIOD, pl.col("need").replace(not_stated, NEED_UNKNOWN).fill_null(NEED_UNKNOWN))


def _reviews(held: pl.DataFrame, children: pl.DataFrame) -> pl.DataFrame:
    is_under_4 = pl.col("held_on") < pl.col("born_on").dt.offset_by("4y")
    took_part = pl.when(is_under_4).then(pl.lit(REVIEW_UNDER_4)).otherwise(pl.lit(REVIEW_TAKING_PART))
    of_children = held.join(children, on="child_id", maintain_order="left")
    return _with_birth(of_children, REVIEW="held_on", REVIEW_CODE=took_part)


def _with_birth(children: pl.DataFrame, **columns: pl.Expr | str) -> pl.DataFrame:
    return children.select(CHILD, DOB="born_on", **columns)
