"""Printed: frames as tables a person reads.

Numbers are shown as they are; words of the vocabulary are shown by their labels.
"""

import json
from collections.abc import Iterable
from typing import Any, Final

import polars as pl
from rich.table import Table
from rich.text import Text

from risk.chronologies.case import Case
from risk.cli.console import out, say
from risk.cli.pictures import KEY, pictures
from risk.core.kinds import INVENTED, LABELS, NOT_FOR_DECISIONS
from risk.core.wording import of_ten
from risk.model.card import Card
from risk.national.published import DRAWN, calibration_in_words, calibration_table
from risk.reviews import report
from risk.reviews.dated_lines import Review
from risk.reviews.tables import chronology_table, missed_table, undated_table
from risk.world.effects import MEASURES_IN_WORDS
from risk.world.replaying import Replay
from risk.world.scenario import Scenario

WIDE: Final = 110
NARROW_NUMBER: Final = 10
NARROW_WORDS: Final = 11


MOST_PRINTED: Final = 200_000
"""Characters of one table; where there are more, its long cells are cut, and that is said."""

MOST_ROWS: Final = 200
"""Of one table of a review: nobody reads more on a terminal, and to lay more out takes longest of all."""

CUT_AFTER: Final = (1_000, 500, 200, 100, 60)
"""Characters after which cells are cut: the most with which a table fits."""


def print_table(rows: pl.DataFrame, title: str) -> None:
    """Print a frame as a table: numbers to the right, nulls as a dash; nobody's words are read as markup."""
    table = Table()
    whole = max((len(_cell(v)) for c in rows.columns for v in rows[c]), default=0)
    limit = _cut_after(rows, whole)
    longest = {c: max((min(len(_cell(v)), limit) for v in rows[c]), default=0) for c in rows.columns}
    # Where there is prose, width goes to it: on a narrow terminal headings and short words wrap instead.
    cramped = out.width < WIDE and max(longest.values(), default=0) > out.width // 2
    for column, dtype in rows.schema.items():
        words_width = NARROW_WORDS if cramped and longest[column] < out.width // 2 else None
        table.add_column(
            Text(column.replace("_", " ")),
            justify="right" if dtype.is_numeric() else "left",
            overflow="fold",  # a long name goes on in the next row; nothing is lost to an ellipsis
            max_width=NARROW_NUMBER if dtype.is_numeric() else words_width,
        )
    for row in rows.iter_rows():
        table.add_row(*(Text(_cut(_cell(value), limit)) for value in row))
    say(title, style="bold")
    out.print(table)
    if limit < whole:
        say(f"Texts of this table are cut after {limit} characters, since it has over {MOST_PRINTED:,}.")


def _cut_after(rows: pl.DataFrame, whole: int) -> int:
    """Return after how many characters the cells of a table are cut; none is longer where all fit."""
    lengths = [len(_cell(value)) for column in rows.columns for value in rows[column]]
    limits = (whole, *(limit for limit in CUT_AFTER if limit < whole))
    fitting = (limit for limit in limits if sum(min(n, limit) for n in lengths) <= MOST_PRINTED)
    return next(fitting, limits[-1])


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.3f}" if abs(value) < 10 and value != round(value) else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def print_pairs(pairs: dict[str, Any], title: str) -> None:
    """Print names and values, one pair a row."""
    values = [str(value) if name == "seed" else _cell(value) for name, value in pairs.items()]
    print_table(pl.DataFrame({"what": [k.replace("_", " ") for k in pairs], "value": values}), title)


def print_card(card: Card) -> None:
    """Print the whole card: its points, what counts on each line, and its table from score to risk."""
    weeks = card.table().rename(lambda column: column.removesuffix(" weeks"))
    print_table(weeks, "The card: points for the newest record of each line, by its age in weeks")
    for note in card.notes():
        say(note)
    of_ten_children = pl.col("p_warranted").map_elements(of_ten, return_dtype=pl.String).alias("of ten")
    print_table(
        card.risk_table().with_columns(of_ten_children),
        "From the sum of points to the share who warranted an assessment, that day or within 12 weeks",
    )


def print_calibration(compared: pl.DataFrame, title: str) -> None:
    """Print published against simulated figures, a verdict in words for each, and how many have each.

    What is published by age, by deprivation or by length is shown as small pictures, the rest as a table.
    """
    is_drawn = pl.col("topic").is_in(DRAWN)
    figure = pl.concat_str("topic", pl.lit(": "), "figure", pl.lit(", "), "unit").alias("figure")
    table = calibration_table(compared.filter(~is_drawn)).with_columns(figure)
    print_table(table.drop("topic", "unit", "year"), title)
    for picture in pictures(compared.filter(is_drawn)):
        out.print(Text(picture), soft_wrap=True)
    say(f"{KEY}.")
    say(calibration_in_words(compared))


def print_patterns(rows: pl.DataFrame, folder: str) -> None:
    """Print each pattern of the review: how often, how many children, and three to look up."""
    child = next((ids[0] for ids in rows["examples"] if len(ids)), None)
    look_up = [] if child is None else [f"One child: risk review {folder} --child {child}"]
    title = f"{folder}: the review's patterns, of the times each could have happened"
    shown = rows.select(
        pl.int_range(1, pl.len() + 1).alias("pattern"),
        pl.col("label").alias("what happened"),
        "children",
        pl.col("occurrences").alias("times"),
        pl.col("opportunities").round().cast(pl.Int64).alias("of"),
        "rate",
        pl.col("examples").cast(pl.List(pl.String)).list.join(", ").alias("for example"),
    )
    print_table(shown, title)
    for sentence in look_up:
        say(sentence)
    say(INVENTED, style="italic")


def print_worth(worth: pl.DataFrame) -> None:
    """Print what is written as ratios of likelihoods; concerns and agencies by their labels."""
    in_words = worth.with_columns(pl.col("of").replace(LABELS))
    print_table(in_words, "How many times likelier each is where care is serious or severe")


def print_replay(folder: str, found: Replay) -> None:
    """Print what differs under the other practice, with its interval, and what that rests on."""
    rows = [
        (
            MEASURES_IN_WORDS[row["measure"]],
            _figure(row["before"]),
            _figure(row["after"]),
            f"{_figure(row['difference'])} ({_figure(row['low'])} to {_figure(row['high'])})",
            row["variance_ratio"],
        )
        for row in found.effects.iter_rows(named=True)
    ]
    columns = ["in all", "before", "after", "difference (95 % interval)", "times less variance"]
    print_table(
        pl.DataFrame(rows, schema=columns, orient="row", schema_overrides={columns[-1]: pl.Float64}),
        f"{folder}: {found.children:,} children of {found.households:,} households, "
        f"{_world(found.scenario)}, then under the other practice, {_world(found.replayed)}",
    )
    say(f"All {found.households:,} households were first made again as they are: identical, row for row.")
    if found.identical:
        say("The replay is identical too: nothing that was written or happened differs.")
    else:
        say("Times less variance: than two runs with independent seeds, by the households' own figures.")
    say(INVENTED, style="italic")


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.1f}" if 0 < abs(value) < 100 else f"{value:,.0f}"


def _world(scenario: Scenario) -> str:
    changed = ", ".join(f"{key} = {json.dumps(value)}" for key, value in scenario.overrides.items())
    return f"{scenario.name}{f' with {changed}' if changed else ''}"


def print_review(name: str, found: Review, case: Case | None, acting: Iterable[str] = ()) -> None:
    """Print the dated lines and what acting changes in words, then every table: all that brought points."""
    say(name, style="bold")
    for sentence in (*report.said(found, case), *acting):
        say(f"• {sentence}", wrapped=out.is_terminal)
    events = chronology_table(found)
    title = "What was written down, and the points it brought"
    _print_most(events, title, by=pl.struct(pl.nth(-1, -2).abs()))  # points on the day, then when new
    if case is not None and case.undated.height:
        _print_most(undated_table(case), "Undated: listed and not scored")
    missed = missed_table(found)
    if missed.height:
        _print_most(missed, f"Missed opportunities: {missed.height}")
        say(report.NO_JUDGEMENT, wrapped=out.is_terminal)
    say(INVENTED if case is None else NOT_FOR_DECISIONS, style="italic")


def _print_most(rows: pl.DataFrame, title: str, by: pl.Expr | None = None) -> None:
    """Print a table of a review: in its order the rows that are most by some measure, and how many more."""
    place = pl.int_range(pl.len())
    order = place if by is None else place.sort_by(by, place, descending=[True, False])
    shown = rows.select(order.head(MOST_ROWS).sort()).to_series()
    print_table(rows[shown], title)
    if rows.height > MOST_ROWS:
        which = "the first" if by is None else "those that count for most"
        say(
            f"These are {MOST_ROWS} of {rows.height:,} rows, {which}; --json and `risk pack` have them all.",
            wrapped=out.is_terminal,
        )
