"""Each of the review's patterns, counted on records and truths small enough to work out in the head."""

from datetime import timedelta

import polars as pl
import pytest

from by_hand import on, record, truth
from risk.records.cohort import Cohort
from risk.world.patterns.rates import PATTERNS, combined, pattern_counts, patterns
from risk.world.scenario import Scenario
from risk.world.simulate.weeks import simulate_block

NORFOLK = Scenario.named("norfolk_review")
NOBODY: list[int] = []
BOTH = [16, 17]


def cohort(*lines: str, spells=(), incidents=(), visits=(), **more) -> Cohort:
    return Cohort(record(*lines, **more), truth(spells=spells, incidents=incidents, visits=visits), {})


def count(name: str, of: Cohort) -> tuple[int, float, list[int]]:
    """How often a pattern happened, how often it could have, and the children to whom it happened most."""
    row = patterns(of).row(by_predicate=pl.col("pattern") == name, named=True)
    return row["occurrences"], row["opportunities"], row["examples"]


VIOLENCE = (
    "- domestic_abuse police 2022-03-01",
    "- referral police 2022-03-01 answers=0",
    "- assessment_started childrens_services 2022-03-01 answers=1",
    "- assessment_completed childrens_services 2022-05-03 unsubstantiated closes=2",
    "- case_closed childrens_services 2022-05-03 closes=2",
)


@pytest.mark.parametrize(
    ("seen", "finding", "counts"),
    [
        ("domestic_abuse", "unsubstantiated", (1, 1, BOTH)),
        ("domestic_abuse", "substantiated", (0, 1, NOBODY)),
        ("", "unsubstantiated", (0, 0, NOBODY)),
    ],
)
def test_violence_that_was_there_ends_without_further_action(seen, finding, counts):
    lines = [line.replace("unsubstantiated", finding) for line in VIOLENCE]
    found = cohort(*lines, visits=[f"3 1 adequate {seen}"])
    assert count("violence_no_further_action", found) == counts


def test_an_assessment_is_of_violence_only_if_that_opened_the_episode():
    found = cohort(
        *VIOLENCE,
        "16 hunger school 2022-09-01",
        "- referral school 2022-09-01 answers=5",
        "- strategy_discussion childrens_services 2022-09-02 answers=6",
        "- assessment_started childrens_services 2022-09-02 answers=7",
        "- domestic_abuse police 2022-09-05",
        "- contact police 2022-09-05 answers=9",
        "- assessment_completed childrens_services 2022-10-03 unsubstantiated closes=8",
        visits=["11 1 adequate domestic_abuse"],
    )
    assert count("violence_no_further_action", found) == (0, 0, NOBODY)


def test_a_period_of_care_ends_in_a_return_home_or_not():
    found = cohort(
        "- police_protection police 2022-02-01",
        "- accommodated_s20 childrens_services 2022-02-04 answers=0",
        "- return_home childrens_services 2022-08-01 closes=0",
        "- accommodated_s20 childrens_services 2023-02-01",
        "48 accommodated_s20 childrens_services 2023-12-01",
        children=(16, 17, 48),
    )
    assert count("care_then_home", found) == (1, 3, BOTH)


@pytest.mark.parametrize(
    "kind", ["emergency_protection_order", "care_proceedings", "interim_care_order", "care_order"]
)
def test_care_that_came_before_a_court_is_not_care_for_a_while(kind):
    found = cohort(
        "- accommodated_s20 childrens_services 2022-02-01",
        f"- {kind} court 2022-09-01",
        "- return_home childrens_services 2023-09-01 closes=0",
    )
    assert count("care_then_home", found) == (0, 0, NOBODY)


@pytest.mark.parametrize(
    ("started", "then", "counts"),
    [
        ("2022-03-01", "assessment_completed childrens_services 2022-05-03 substantiated", (0, 1, NOBODY)),
        ("2022-03-01", "assessment_completed childrens_services 2023-02-28 substantiated", (0, 1, NOBODY)),
        ("2022-03-01", "assessment_completed childrens_services 2023-03-01 substantiated", (1, 1, BOTH)),
        ("2022-03-01", "case_closed childrens_services 2022-09-01 services_ceased", (1, 1, BOTH)),
        ("2022-03-01", "case_closed childrens_services 2022-09-01 turned_18", (0, 0, NOBODY)),
        ("2023-01-01", "case_closed childrens_services 2023-09-01 services_ceased", (1, 1, BOTH)),
        ("2023-01-02", "case_closed childrens_services 2023-09-01 services_ceased", (0, 0, NOBODY)),
    ],
)
def test_an_assessment_has_52_weeks_to_be_completed(started, then, counts):
    found = cohort(f"- assessment_started childrens_services {started}", f"- {then} closes=0")
    assert count("assessment_not_completed", found) == counts


def test_only_what_a_child_said_is_believed_or_not():
    found = cohort(
        "16 hunger school 2022-03-01 said unbelieved",
        "16 hunger school 2022-04-01 said believed",
        "17 hunger school 2022-04-01 said believed",
        "17 hunger school 2022-05-01",
        "- domestic_abuse refuge 2022-06-01 said unbelieved",
        "17 hunger unspecified 2022-07-01 said",
        "17 hunger unspecified 2022-08-01 unbelieved",
    )
    assert count("child_not_believed", found) == (2, 4, BOTH)


SEEN = [
    "1 school hunger 2022-03-01 noticed recorded shared 0",
    "1 school hunger 2022-03-02 noticed",
    "1 refuge parental_substance_misuse 2022-03-03",
    "1 police hunger 2022-03-04 noticed recorded 1",
    "1 school domestic_abuse 2022-03-05 noticed recorded 1",
    "1 police supervision 2022-03-06 noticed recorded 1",
    "1 police criminality_at_address 2022-03-07",
    "1 school supervision 2022-03-08",
]


def test_what_school_and_refuge_could_have_seen_of_a_childs_day_was_noticed_or_not():
    found = cohort("17 hunger school 2022-03-01", "- domestic_abuse police 2022-03-01", incidents=SEEN)
    assert count("daily_care_seen_by_school_or_refuge", found) == (2, 4, [17, 16])


def test_police_were_called_to_the_home_or_not():
    found = cohort("17 hunger school 2022-03-01", "- domestic_abuse police 2022-03-01", incidents=SEEN)
    assert count("police_called_to_the_home", found) == (1, 2, BOTH)


def test_a_home_swings_when_care_moves_past_the_state_between():
    year = timedelta(days=365.25).total_seconds()
    found = cohort(
        spells=[
            "1 2022-01-03 2022-02-07 strained",
            "1 2022-02-07 2022-03-07 severe",
            "1 2022-03-07 2022-04-04 serious",
            "1 2022-04-04 2022-05-02 strained",
            "3 2022-01-03 2022-07-04 severe",
            "3 2022-07-04 2024-01-01 strained",
            "4 2022-01-03 2024-01-01 severe",
        ],
        children=(16, 17, 48, 64),
    )
    swings, years, whom = count("home_swings", found)
    followed = [on(b) - on(a) for a, b in (("2022-01-03", "2022-05-02"), *[("2022-01-03", "2024-01-01")] * 2)]
    assert (swings, whom) == (2, [16, 17, 48])
    assert years == pytest.approx(sum(f.total_seconds() for f in followed) / year)


def test_a_risky_adult_whom_police_wrote_down_was_shared_or_not():
    found = cohort(
        "- risky_adult police 2022-03-01 2022-03-01",
        "- risky_adult police 2022-04-01 2022-04-02 2022-04-05",
        "- risky_adult probation 2022-04-01 2022-04-02",
        "- risky_adult police 2023-10-22 2023-10-22",
        "- risky_adult police 2023-10-23 2023-10-23",
    )
    assert count("risky_adult_not_shared", found) == (2, 3, BOTH)


def test_what_was_seen_and_said_at_a_home_with_serious_or_severe_care_reassured_or_not():
    found = cohort(
        "- assessment_completed childrens_services 2022-03-01 unsubstantiated",
        "- review_conference childrens_services 2022-04-01 substantiated",
        "- assessment_completed childrens_services 2022-05-01 unsubstantiated",
        "- assessment_completed childrens_services 2022-06-01 unsubstantiated",
        visits=["0 1 severe reassured", "1 1 serious", "2 1 severe", "3 1 strained"],
    )
    assert count("parent_reassures", found) == (1, 3, BOTH)


@pytest.mark.parametrize(
    ("discussed", "counts"),
    [
        ("2022-03-01", (1, 2, [17])),
        ("2022-03-08", (1, 2, [17])),
        ("2022-03-09", (2, 2, [16, 17])),
        ("2022-02-28", (2, 2, [16, 17])),
    ],
)
def test_a_sign_of_sexual_abuse_was_followed_by_a_strategy_discussion_within_7_days_or_not(discussed, counts):
    found = cohort(
        "16 sexual_abuse_indicator school 2022-02-28",
        "- referral school 2022-03-01 answers=0",
        f"- strategy_discussion childrens_services {discussed} answers=1",
        "17 sexual_abuse_indicator gp 2022-06-01",
        "- contact gp 2022-06-01 answers=3",
        "17 hunger school 2022-06-01",
        "- contact school 2022-06-01 answers=5",
        "17 sexual_abuse_indicator gp 2022-07-01",
        "16 sexual_abuse_indicator school 2023-12-25",
        "- contact school 2023-12-25 answers=8",
    )
    assert count("sexual_abuse_not_considered", found) == counts


def test_what_was_noticed_was_recorded_or_not():
    found = cohort(
        "17 hunger school 2022-03-01",
        "- domestic_abuse police 2022-03-01",
        incidents=[
            *SEEN,  # five of them noticed, one of the five not recorded
            "1 childrens_services hunger 2022-03-01 noticed",
            "1 school hunger 2023-10-23 noticed",
        ],
    )
    assert count("not_recorded", found) == (1, 5, BOTH)


# One concern that nobody told, one that was told and screened out, one referred and not assessed.
LOST = (
    "17 hunger school 2022-03-01 2022-03-01",
    "16 hunger school 2022-04-01 2022-04-01 2022-04-05",
    "- contact school 2022-04-05 answers=1",
    "- early_help childrens_services 2022-04-05 answers=2",
    "16 hunger school 2022-05-01 2022-05-01 2022-05-05",
    "- contact school 2022-05-05 answers=4",
    "- referral school 2022-05-05 answers=5",
    "- no_further_action childrens_services 2022-05-06 answers=6",
)
ASSESSED = (
    "16 hunger gp 2022-06-01 2022-06-01 2022-06-05",
    "- referral gp 2022-06-05 answers=8",
    "- assessment_started childrens_services 2022-06-06 answers=9",
    "16 hunger gp 2022-06-07 2022-06-07 2022-06-07",
    "- contact gp 2022-06-07 answers=11",
)


@pytest.mark.parametrize(
    ("name", "of_lost", "of_all"),
    [
        ("never_told", (1, 3, [17]), (1, 5, [17])),
        ("told_and_screened_out", (1, 2, [16]), (1, 3, [16])),
        ("referred_and_not_assessed", (1, 1, BOTH), (1, 2, BOTH)),
    ],
)
def test_what_is_lost_is_never_told_or_screened_out_or_not_assessed_and_each_is_counted_apart(
    name, of_lost, of_all
):
    assert count(name, cohort(*LOST)) == of_lost
    assert count(name, cohort(*LOST, *ASSESSED)) == of_all


def test_what_may_still_be_on_its_way_is_not_yet_never_told():
    last = "- domestic_abuse police 2023-10-23 2023-10-23"
    apart = ("- risky_adult police 2022-03-01 2022-03-01", "- hunger childrens_services 2022-03-01")
    assert count("never_told", cohort(*LOST, last, *apart)) == (1, 3, [17])


def test_a_contact_and_the_referral_that_came_of_it_are_one_report():
    found = cohort(
        "16 sexual_abuse_indicator school 2022-02-28",
        "- contact school 2022-03-01 answers=0",
        "- referral school 2022-03-01 answers=1",
    )
    assert count("sexual_abuse_not_considered", found) == (1, 1, [16])
    found = cohort(
        *("- domestic_abuse police 2022-03-01", "- contact police 2022-03-01 answers=0"),
        *("- referral police 2022-03-01 answers=1", "- assessment_started childrens_services 2022-03-01"),
        *("- assessment_completed childrens_services 2022-05-03 unsubstantiated closes=3",),
        visits=["4 1 adequate domestic_abuse"],
    )
    assert count("violence_no_further_action", found) == (1, 1, BOTH)


SIX = [
    f"16 {kind} school 2022-0{month}-01"
    for month, kind in enumerate(["hunger", "home_conditions", "hunger", "hunger", "supervision"], start=2)
] + ["17 hunger health_visitor 2022-06-20"]
"""One concern a month from February, the sixth on 20 June."""


def test_the_day_on_which_six_concerns_of_half_a_year_are_on_record_counts_once():
    more = ["16 hunger school 2022-06-21", "- domestic_abuse police 2022-06-22"]
    assert count("early_concerns_not_added_up", cohort(*SIX[:5])) == (0, 0, NOBODY)
    assert count("early_concerns_not_added_up", cohort(*SIX)) == (1, 1, BOTH)
    assert count("early_concerns_not_added_up", cohort(*SIX, *more)) == (1, 1, BOTH)


def test_a_concern_counts_in_the_week_in_which_it_was_written_down_and_the_25_after_it():
    def sixth(day):
        return cohort(*SIX[:5], f"16 hunger school 2022-06-20 {day}")

    assert count("early_concerns_not_added_up", sixth("2022-07-31"))[:2] == (1, 1)
    assert count("early_concerns_not_added_up", sixth("2022-08-01"))[:2] == (0, 0)


def test_concerns_that_reach_six_again_count_again():
    fell_and_rose = ["16 hunger school 2022-12-0" + str(day) for day in range(1, 7)]
    assert count("early_concerns_not_added_up", cohort(*SIX, *fell_and_rose))[:2] == (2, 2)


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("- assessment_started childrens_services 2022-06-20", (0, 1)),
        ("- strategy_discussion childrens_services 2022-07-18", (0, 1)),
        ("- assessment_started childrens_services 2022-07-19", (1, 1)),
        ("- early_help childrens_services 2022-06-21", (1, 1)),
    ],
)
def test_somebody_looks_at_six_concerns_within_28_days_or_nobody_does(line, counts):
    assert count("early_concerns_not_added_up", cohort(*SIX, line))[:2] == counts


@pytest.mark.parametrize(
    ("before", "n"),
    [
        (("- referral school 2022-02-01 answers=0",), 0),
        (("- referral school 2022-02-01 answers=0", "- no_further_action childrens_services 2022-02-02 answers=6"), 1),
        (("- referral school 2022-02-01 answers=0", "- early_help childrens_services 2022-02-02 answers=6"), 1),
        (("- assessment_started school 2022-02-01", "- no_further_action childrens_services 2022-05-02 answers=6"), 0),
        (("- assessment_started school 2022-02-01", "- case_closed childrens_services 2022-05-02 closes=6"), 1),
        (
            (
                "- assessment_started school 2022-02-01",
                "- case_closed childrens_services 2022-05-02 closes=6",
                "- referral school 2022-05-02 answers=0",
            ),
            0,
        ),
        (("- care_proceedings court 2022-02-01",), 0),
        (("- care_proceedings court 2022-02-01", "- return_home court 2022-06-01"), 1),
        (("- referral childrens_services 2022-06-20 answers=5",), 1),
        (("- referral school 2022-06-20 answers=5",), 0),
        (("- contact health_visitor 2022-07-18 answers=5",), 0),
        (("- contact health_visitor 2022-07-19 answers=5",), 1),
    ],
)  # fmt: skip
def test_six_concerns_are_to_be_added_up_of_children_at_home_about_whom_nobody_has_been_told(before, n):
    assert count("early_concerns_not_added_up", cohort(*SIX, *before))[1] == n


def test_concerns_about_a_child_who_is_18_within_28_days_are_not_to_be_added_up():
    for born, n in (("2004-07-18", 0), ("2004-07-19", 1), ("2022-06-20", 1), ("2022-06-21", 0)):
        assert count("early_concerns_not_added_up", cohort(*SIX, born=born))[1] == n


def test_an_episode_of_another_household_is_no_reason_not_to_add_up():
    ours = [line.replace("16", "48").replace("17", "49") for line in SIX]
    found = cohort(*ours, "- referral school 2022-02-01 answers=0", children=(16, 48, 49))
    assert count("early_concerns_not_added_up", found) == (1, 1, [48, 49])


def test_a_review_that_finds_serious_concern_leads_to_care_proceedings_or_not():
    found = cohort(
        "- review_conference childrens_services 2022-03-01 substantiated",
        "- review_conference childrens_services 2022-09-01 substantiated",
        "- care_proceedings court 2022-09-01 answers=1",
        "- review_conference childrens_services 2023-03-01 unsubstantiated",
        "- care_proceedings court 2023-09-01",
    )
    assert count("crisis_and_removal", found) == (1, 2, BOTH)


def test_what_happens_to_a_home_happens_to_its_children_who_are_born_and_under_18():
    protected = "- police_protection police 2022-03-01"
    back = "- return_home childrens_services 2022-04-01"
    for born, whom in (
        ("2022-03-01", BOTH),
        ("2022-03-02", NOBODY),
        ("2004-03-02", BOTH),
        ("2004-03-01", NOBODY),
    ):
        assert count("care_then_home", cohort(protected, back, born=born)) == (1, 1, whom)


def test_the_examples_are_the_children_to_whom_it_happened_most_often_then_the_lowest():
    said = [f"{child} hunger school 2022-03-01 said unbelieved" for child in (16, 17, 48, 64, 64, 65)]
    found = cohort(*said, children=(16, 17, 48, 64, 65))
    row = patterns(found).row(by_predicate=pl.col("pattern") == "child_not_believed", named=True)
    assert (row["children"], row["examples"], row["rate"]) == (5, [64, 16, 17], 1.0)


def test_a_pattern_that_could_not_happen_has_no_rate():
    found = patterns(cohort())
    assert found["pattern"].to_list() == [p.name for p in PATTERNS]
    assert found["rate"].null_count() == len(PATTERNS) == 16
    assert found.select("children", "occurrences", "opportunities").sum().row(0) == (0, 0, 0)


def test_the_counts_of_the_parts_make_the_count_of_the_whole(norfolk):
    scenario, seed, weeks = norfolk.made["scenario"], norfolk.made["seed"], norfolk.made["weeks"]
    assert (scenario, seed) == ("norfolk_review", 1)
    parts = [
        Cohort(*simulate_block(NORFOLK, seed, first, n, weeks), norfolk.made)
        for first, n in ((0, 70), (70, 1), (71, 129))
    ]
    whole = patterns(norfolk)
    together = combined(pattern_counts(part) for part in parts)
    assert whole.drop("opportunities", "rate").equals(together.drop("opportunities", "rate"))
    assert whole["opportunities"].to_list() == pytest.approx(together["opportunities"].to_list())
    assert whole["occurrences"].sum() > 1_000


def test_the_rows_of_a_record_may_stand_in_any_order(norfolk):
    backwards = Cohort(
        type(norfolk.record)(
            **{n: t.reverse() if isinstance(t, pl.DataFrame) else t for n, t in vars(norfolk.record).items()}
        ),
        type(norfolk.truth)(
            **{n: t.reverse() if isinstance(t, pl.DataFrame) else t for n, t in vars(norfolk.truth).items()}
        ),
        norfolk.made,
    )
    assert patterns(backwards).equals(patterns(norfolk))
