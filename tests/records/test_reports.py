"""The reports: what each contact and referral was about, directly or by way of a contact."""

from by_hand import history
from risk.records.reports import reported


def test_a_referral_is_about_the_concern_that_it_answers_or_that_its_contact_answers():
    rows = reported(
        history(
            "1 hunger school 2023-03-01",
            "1 contact school 2023-03-02 answers=0",
            "1 referral school 2023-03-02 answers=1",
            "1 supervision police 2023-04-01",
            "1 referral police 2023-04-01 answers=3",
            "1 referral gp 2023-05-01",
        ).events
    )
    assert rows.select("event_id", "concern_id", "concern").rows() == [
        (1, 0, "hunger"),
        (2, 0, "hunger"),
        (4, 3, "supervision"),
        (5, None, None),
    ]
