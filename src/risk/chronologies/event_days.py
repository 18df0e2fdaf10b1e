"""The days of a table of events: whether they can be so, and when each child was born."""

from datetime import date

import polars as pl

from risk.chronologies.entries import Cell, Notes, is_empty
from risk.chronologies.event_cells import windows_of
from risk.chronologies.homes import Homes
from risk.chronologies.reading import MOST_DAYS
from risk.chronologies.table_of_events import Rows
from risk.core.errors import InputError
from risk.core.wording import DAY


def check_dates(rows: Rows, read: pl.DataFrame, notes: Notes) -> None:
    """Note a problem for each row whose dates contradict one another."""
    given = {word: _is_given(rows, word) for word in ("date", "until", "recorded", "may_be_later_days")}
    no_date = ~given["date"]
    told_no = read["told"].fill_null(True).not_()
    recorded = read.select(pl.max_horizontal("recorded_first", "date_first")).to_series()
    rules = (
        ("until", given["until"] & no_date, "a window needs a date to start from", None),
        ("until", read["until_last"] < read["date_first"], "the end comes before the start", "date_first"),
        ("recorded", given["recorded"] & no_date, "needs a date on which it happened", None),
        ("recorded", read["recorded_last"] < read["date_first"], "before it happened", "date_first"),
        ("told_on", told_no & read["told_on_first"].is_not_null(), "a date, where they were not told", None),
        ("told_on", read["told_on_last"] < recorded, "before it was recorded", None),
        ("told_childrens_services", read["told_in_last"] < recorded, "before it was recorded", None),
        ("may_be_later_days", given["may_be_later_days"] & given["until"], "until says so too", None),
    )
    for word, broken, rule, shown_day in rules:
        for place in broken.fill_null(False).arg_true():
            on = f", {read[shown_day][place].strftime(DAY)}" if shown_day else ""
            rows.wrong(notes, place, word, f"{rule}{on}")


def _is_given(rows: Rows, word: str) -> pl.Series:
    """Return whether each cell of a column says anything; none does of a column that is not there."""
    if word not in rows.texts.columns:
        return pl.repeat(False, rows.texts.height, dtype=pl.Boolean, eager=True)
    texts = rows.texts[word]
    says = {text: not is_empty(Cell(0, "", word, text)) for text in texts.unique()}
    return texts.replace_strict(says, return_dtype=pl.Boolean)


def births(rows: Rows, homes: Homes, notes: Notes) -> pl.DataFrame:
    """Return child_id and born_on, null where the table does not say, in the order of the table."""
    none = homes.named.select("child_id", born_on=pl.lit(None, pl.Date))
    if "born" not in rows.texts.columns:
        return none
    first, last = windows_of(rows, "born", notes, notes.window)
    days = homes.whom.with_columns(first, last.alias("last"), place=pl.int_range(pl.len())).rename(
        {"born": "first"}
    )
    days = days.drop_nulls(["child_id", "first"])
    rough = days.filter(pl.col("first") < pl.col("last"))["place"].to_list()
    if rough:
        rows.wrong(notes, rough[0], "born", "a day of birth is one day, or empty", rough[1:])
    one = days.group_by("child_id", maintain_order=True).agg(pl.col("first").first())
    other = days.join(one, on="child_id", suffix="_said").filter(pl.col("first") != pl.col("first_said"))
    for place, said in (
        other.unique("child_id", maintain_order=True).select("place", "first_said").iter_rows()
    ):
        rows.wrong(notes, place, "born", f"another row says {said.strftime(DAY)}; a child is born once")
    return homes.named.select("child_id").join(
        one.rename({"first": "born_on"}), on="child_id", how="left", maintain_order="left"
    )


def check_span(rows: Rows, read: pl.DataFrame, born_on: pl.DataFrame, homes: Homes, notes: Notes) -> None:
    """Note a problem where the dates hold more days than their budget, and for who is a child on none."""
    dated = read.filter(pl.col("date_first").is_not_null())
    if dated.is_empty():
        raise InputError(
            f"{rows.source}: none of its {read.height} events has a date; one at least is needed"
        )
    first: date = dated["date_first"].min()  # type: ignore[assignment]
    last: date = dated.select(pl.max_horizontal("date_last", "until_last", "recorded_last")).to_series().max()  # type: ignore[assignment]
    if (last - first).days >= MOST_DAYS:
        place = int(dated["event_id"][dated["date_first"].arg_min()])  # type: ignore[index]
        why = f"the earliest date; from it to {last.strftime(DAY)} are over {MOST_DAYS:,} days, the budget"
        rows.wrong(notes, place, "date", f"{why}: see whether a year is mistyped, or leave the date empty")
    grown = pl.col("born_on").dt.offset_by("18y") <= first
    place_of = homes.whom.with_row_index("place").unique("child_id", keep="first", maintain_order=True)
    absent = born_on.filter((pl.col("born_on") > last) | grown).join(
        place_of, on="child_id", maintain_order="left"
    )
    for place in absent["place"]:
        why = "on no day of the table was this child born and under 18: nothing to score"
        rows.wrong(notes, place, "born", f"{why}. See whether it is right")
