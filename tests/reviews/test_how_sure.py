"""How sure it is, in the sentences of a review."""

from risk.chronologies.case import read_case
from risk.model.card import Card
from risk.reviews.daily_scores import trajectory
from risk.reviews.dated_lines import review
from risk.reviews.how_sure import how_sure
from risk.reviews.report import sentences

HEAD = "date,agency,kind,what\n"


def reviewed(name: str):
    case = read_case(name)
    return review(trajectory(Card.shipped(), case.record, case.child_id, texts=case.texts), case=case)


def written(tmp_path, *rows: str):
    path = tmp_path / "mine.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return reviewed(str(path))


def test_the_reviews_case_says_the_shares_the_band_of_what_was_told_and_the_what_if():
    shares, told, what_if = how_sure(reviewed("norfolk_review"))
    assert shares.startswith("If every day that a date may mean is as likely: half of the ways")
    assert shares.endswith("all by 1 January 2014.")
    assert (
        "on what the account says was reported, the line is possibly reached, in about 70 of a hundred"
        in told
    )
    assert what_if.startswith("What if the 6 undated concerns")


def test_the_first_sentence_says_possibly_or_that_it_cannot_be_said(tmp_path):
    possibly = written(tmp_path, "2014-03-01,school,risky_adult,x", "2013,police,supervision,y")
    assert sentences(possibly)[0].startswith("Possibly from 2 March 2014 the shared record")
    assert "of a hundred ever reach it" in how_sure(possibly)[0]
    open_ended = written(tmp_path, "2014-03-01,school,hunger,x", ",police,supervision,y")
    assert "cannot be said" in sentences(open_ended)[0]
    assert how_sure(open_ended)[0].startswith("It cannot be said, since 1 of 2 concerns are undated")
