import pytest

from by_hand import at, record
from risk.model.labelling import RECORDED_OUTCOMES, outcomes

DAY = "2022-06-01"  # 364 days later is 2023-05-31


def answer(*lines: str, day: str = DAY, **more) -> bool | None:
    return outcomes(at(f"16 {day}"), record(*lines, **more))["recorded_outcome"][0]


@pytest.mark.parametrize("kind", RECORDED_OUTCOMES)
def test_an_enquiry_a_plan_and_leaving_home_are_outcomes(kind):
    assert answer(f"16 {kind} childrens_services 2022-08-01") is True


@pytest.mark.parametrize("kind", ["referral", "assessment_completed", "child_in_need_plan_started", "hunger"])
def test_nothing_less_is(kind):
    assert answer(f"16 {kind} childrens_services 2022-08-01") is False


@pytest.mark.parametrize(
    ("recorded", "counts"),
    [("2022-05-31", False), ("2022-06-01", True), ("2023-05-30", True), ("2023-05-31", False)],
)
def test_the_year_is_half_open(recorded, counts):
    assert answer(f"16 section_47_enquiry childrens_services 2022-05-01 {recorded}") is counts


def test_a_households_outcome_is_each_childs_and_a_siblings_is_not():
    assert answer("- section_47_enquiry childrens_services 2022-08-01") is True
    assert answer("17 section_47_enquiry childrens_services 2022-08-01") is False


def test_a_child_not_followed_for_the_year_has_no_answer_unless_it_has_already_come():
    assert answer(day="2023-01-02", to_on="2024-01-01") is False
    assert answer(day="2023-01-03", to_on="2024-01-01") is None
    assert answer("16 care_order court 2023-12-01", day="2023-11-01", to_on="2024-01-01") is True


def test_rows_keep_their_order_whatever_it_is():
    rows = at("17 2022-09-01", "16 2022-01-05", "16 2022-06-01")
    found = outcomes(rows, record("16 section_47_enquiry childrens_services 2022-08-01"))
    assert found.drop("recorded_outcome").equals(rows)
    assert found["recorded_outcome"].to_list() == [False, True, True]
