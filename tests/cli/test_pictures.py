"""The pictures: what a terminal shows of figures that make a shape."""

from dataclasses import replace

import numpy as np
import polars as pl

from by_hand import history
from risk.cli.pictures import pictures
from risk.national.measures import measures
from risk.national.published import DRAWN, compared
from risk.national.ratios import RATIOS


def drawn(topic: str, **shares: float) -> list[str]:
    """The lines of one picture, of these shares of a thousand children, each of a home of its own."""
    empty = measures(history())
    sums = empty.ratios.copy()
    for name, share in shares.items():
        sums[list(RATIOS).index(name)] = (10 * share, 1_000, 10 * share, 10 * share, 1_000)
    rows = compared(replace(empty, ratios=sums, households=1_000), "england_2014")
    return next(pictures(rows.filter(pl.col("topic") == topic))).splitlines()


def test_a_figure_has_two_bars_and_says_in_words_what_they_show():
    lines = drawn("On a plan, how long so far", plan_open_under_3_months=63.2, plan_open_2_years=0.5)
    assert lines[0] == "On a plan, how long so far, % of those on a plan"
    # The longest bar is 63.2; the published 31.6 is half as long.
    assert lines[1] == f"  Under 3 months   {'=' * 14}{' ' * 14}  31.6 ± 3"
    assert lines[2] == f"                   {'#' * 28}  63.2 ± 1.5 ✗ outside"
    assert lines[3].strip().startswith("3 to 6 months")
    assert lines[4].split() == ["nothing", "seen"]
    assert lines[-1].strip() == "0.5 ± 0.2 ? too few"
    assert len(lines) == 1 + 2 * 5


def test_what_is_held_out_says_so_above_the_bars():
    assert drawn("On a plan, how long in all")[0] == "On a plan, how long in all, % of plans ended, held out"


def test_every_topic_that_is_drawn_has_figures_and_a_ratio_is_drawn_apart_from_rates():
    empty = measures(history())
    rows = pl.concat(compared(empty, scenario) for scenario in ("england_2014", "england_2025"))
    assert set(DRAWN) <= set(rows["topic"])
    by_decile = [p for p in pictures(rows) if p.startswith("On a plan, by deprivation")]
    assert [len(p.splitlines()) for p in by_decile] == [21, 3, 21, 3]


def test_no_bar_is_longer_than_its_room():
    lines = drawn("On a plan, by age", **{f"on_plan_aged_{a}": 100.0 for a in ("under_1", "16_17")})
    assert max(np.char.count(lines, "#")) == 28
    assert max(len(line) for line in lines) < 80
