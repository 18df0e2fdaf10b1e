import polars as pl
import pytest

from by_hand import at
from risk.evaluation.judged_rows import both_sides
from risk.evaluation.label_bias import compared, followed, hides, two_cards


def rows(*lines: str) -> pl.DataFrame:
    """A row from each line such as "16 2023-01-02 yes no seen 5": need, recorded outcome, visibility, decile."""
    said = {"yes": True, "no": False, "-": None}
    words = [line.split() for line in lines]
    return at(*[" ".join(w[:2]) for w in words]).with_columns(
        warranted=pl.Series([said[w[2]] for w in words], dtype=pl.Boolean),
        recorded_outcome=pl.Series([said[w[3]] for w in words], dtype=pl.Boolean),
        visibility=pl.Series([w[4] for w in words]),
        deprivation_decile=pl.Series([int(w[5]) for w in words]),
    )


def share(found: pl.DataFrame, measure: str, group: str | None = None) -> tuple[float | None, int]:
    same = pl.col("group").is_null() if group is None else pl.col("group") == group
    return found.filter(pl.col("measure") == measure).filter(same).select("value", "child_landmarks").row(0)


def test_hidden_is_need_without_a_record_and_misjudged_a_record_without_need():
    found = hides(
        rows(
            "16 2023-01-02 yes yes seen 1",
            "16 2023-01-30 yes no seen 1",
            "32 2023-01-02 yes no little_seen 5",
            "48 2023-01-02 no yes much_seen 10",
            "48 2023-01-30 no no much_seen 10",
        ),
        resamples=10,
    )
    assert share(found, "hidden") == (pytest.approx(2 / 3), 3)
    assert share(found, "misjudged") == (pytest.approx(1 / 2), 2)
    assert share(found, "hidden", "little_seen") == (1, 1)
    assert share(found, "hidden", "deciles 1-3") == (pytest.approx(1 / 2), 2)
    assert share(found, "misjudged", "deciles 8-10") == (pytest.approx(1 / 2), 2)
    assert share(found, "hidden", "much_seen") == (None, 0)


def test_rows_after_the_last_year_that_was_followed_are_left_out_whatever_they_say():
    known = rows("16 2023-01-02 no no seen 5", "32 2023-01-30 no yes seen 5", "16 2023-01-30 no - seen 5")
    assert followed(known).height == 1
    assert followed(known.filter(pl.col("recorded_outcome"))).is_empty()


@pytest.fixture(scope="module")
def sides(norfolk):
    return both_sides([norfolk], ceiling=False)


def test_both_cards_learn_from_the_same_rows_and_each_is_better_at_its_own_label(sides):
    rows = followed(two_cards(*sides))
    assert {"score_card", "p_card", "score_recorded_card", "p_recorded_card"} <= set(rows.columns)
    need, recorded, _ = compared(*sides, resamples=10)

    def auc(measures: pl.DataFrame, judge: str) -> float:
        return measures.filter(judge=judge, measure="auc")["value"].item()

    assert auc(need, "card") > auc(need, "recorded_card")
    assert set(need["judge"]) == set(recorded["judge"]) == {"card", "recorded_card"}


def test_a_recorded_outcome_hides_more_of_those_whom_fewer_see(england_20k_sides):
    train, test = england_20k_sides
    found = hides(pl.concat([train, test.select(train.columns)]), resamples=20)
    hidden = [share(found, "hidden", group)[0] for group in ("little_seen", "seen", "much_seen")]
    assert hidden == sorted(hidden, reverse=True)
