from datetime import timedelta

import polars as pl
import pytest

from by_hand import on
from risk.evaluation.groups import GROUPS, by_group, group_of
from risk.evaluation.judged_rows import both_sides
from risk.evaluation.judges import judged
from risk.evaluation.judging import measured
from risk.evaluation.mitigation import IN_WORDS, REMEDIES, remedied
from risk.model.scorecard import CumulativeScorecard


@pytest.fixture(scope="module")
def tried(england):
    train, test = both_sides([england], ceiling=False, reporting=True)
    card = CumulativeScorecard().fit(train)
    rows, _ = judged(train, test, card, challengers=())
    return train, test, card, remedied(train, rows, card, 0.2)


def value(found: pl.DataFrame, judge: str, measure: str, group: str | None = None) -> float:
    same = pl.col("group").is_null() if group is None else pl.col("group") == group
    return found.filter(pl.col("judge") == judge, pl.col("measure") == measure).filter(same)["value"].item()


def test_deprivation_comes_in_three_bands_of_which_the_first_is_the_poorest():
    rows = pl.DataFrame({"deprivation_decile": [1, 3, 4, 7, 8, 10]})
    poorest, middle, richest = GROUPS["deprivation"]
    assert group_of(rows, "deprivation").to_list() == [poorest] * 2 + [middle] * 2 + [richest] * 2


def four_homes() -> pl.DataFrame:
    """Two homes much seen and two seen; of each pair one struggles. Ten landmarks each, nobody in need.

    The struggling ones are alarmed in every quarter; of the settled ones only the one much seen, once.
    """
    homes = [(1, "much_seen", "struggling"), (2, "much_seen", "settled")]
    homes += [(3, "seen", "struggling"), (4, "seen", "settled")]
    days = [on("2023-01-02") + timedelta(weeks=4 * i) for i in range(10)]
    rows = [
        {
            "child_id": 16 * home,
            "household_id": home,
            "landmark_on": day,
            "visibility": seen,
            "family_type": family,
            "deprivation_decile": 5,
            "score_card": float(family == "struggling" or (home == 2 and day == days[0])),
            "warranted": False,
            "onset_on": None,
        }
        for home, seen, family in homes
        for day in days
    ]
    return pl.DataFrame(rows, schema_overrides={"onset_on": pl.Date})


def test_false_alarms_are_compared_at_the_same_mixture_of_family_types():
    """Four alarms in a struggling home of either class; none or one in a settled one. With one struggling row
    in three more of the seen class, plain rates would differ where the rates within types do not."""
    rows = four_homes()
    more = rows.filter(pl.col("household_id") == 3)
    again = [
        more.with_columns(household_id=pl.lit(h, pl.Int64), child_id=pl.lit(16 * h, pl.Int64)) for h in (5, 6)
    ]
    rows = pl.concat([rows, *again])
    found = by_group(rows, ["card"], 4.0, resamples=10)  # the line is at 1: below it all would be alarmed
    years = 10 * 28 / 365.25
    struggling = 4 / 6  # of six homes
    assert value(found, "card", "false_alarms_per_child_year", "seen") == pytest.approx(
        4 / years * struggling
    )
    assert value(found, "card", "false_alarms_per_child_year", "much_seen") == pytest.approx(
        (4 * struggling + 1 * (1 - struggling)) / years
    )
    assert value(found, "card", "false_alarm_ratio") == pytest.approx(
        (4 * struggling + (1 - struggling)) / (4 * struggling)
    )


def test_a_group_that_is_not_there_has_no_figure():
    found = by_group(four_homes(), ["card"], 100.0, resamples=10)
    assert value(found, "card", "false_alarms_per_child_year", "little_seen") is None
    assert value(found, "card", "detection", "seen") is None  # nobody came to harm


def test_the_line_is_one_for_all_and_the_precision_as_measured(tried):
    _, _, _, rows = tried
    found = by_group(rows, ["card", *REMEDIES], 0.2, resamples=20)
    measures = measured(rows, resamples=10)
    whole = measures.filter(judge="card", measure="average_precision")["value"].item()
    assert value(found, "card", "average_precision") == pytest.approx(whole)
    assert value(found, "card", "average_precision_change") == 0
    other = value(found, "with_rate", "average_precision")
    assert value(found, "with_rate", "average_precision_change") == pytest.approx(other - whole)
    assert set(IN_WORDS) == set(REMEDIES)


def test_all_remedies_but_the_bound_use_the_record_alone(tried):
    train, test, card, rows = tried
    hidden = ("warranted", "onset_on", "family_type", "recorded_outcome")
    blind = test.with_columns(
        pl.col("visibility").shuffle(seed=1), *(pl.lit(None, test.schema[c]).alias(c) for c in hidden)
    )
    again = remedied(train, blind, card, 0.2)
    for name in REMEDIES:
        same = again[f"score_{name}"].equals(rows[f"score_{name}"])
        assert same == (name != "by_class")


def test_a_line_for_each_class_gives_each_its_false_alarms_on_the_rows_it_was_found_on(tried):
    train, _, card, _ = tried
    own = remedied(train, train, card, 0.2)
    own = own.with_columns(score_card=pl.Series(card.scores(train)))
    raised = by_group(own, ["card", "by_class"], 0.2, resamples=10)
    ratios = [value(raised, judge, "false_alarm_ratio") for judge in ("card", "by_class")]
    assert abs(ratios[1] - 1) < 0.3 < ratios[0] - 1  # points are whole: a line can fall short of its rate


def test_taking_the_rate_off_brings_false_alarms_together_at_a_small_cost(
    england_20k_sides, england_20k_card
):
    """The lower gate: a quarter more, at most, for a twentieth of average precision; 20,000 households."""
    train, test = england_20k_sides
    rows, _ = judged(train, test, england_20k_card, challengers=())
    found = by_group(
        remedied(train, rows, england_20k_card, 0.2), ["card", "with_rate", "less_rate"], 0.2, resamples=20
    )
    ratios = [value(found, judge, "false_alarm_ratio") for judge in ("card", "with_rate", "less_rate")]
    assert ratios[0] > ratios[1] > ratios[2]
    assert ratios[2] <= 1.25
    assert value(found, "with_rate", "average_precision_change") > 0
    assert value(found, "less_rate", "average_precision_change") > -0.05
