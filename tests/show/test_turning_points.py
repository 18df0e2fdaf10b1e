"""The stops of a case of one's own: where something changes, asked from the records on the table."""

import random
import re
from datetime import date

import pytest

from command import risk
from risk.core.errors import InputError
from risk.core.kinds import AGENCIES, CONCERNS, label
from risk.show.packs.lesson import of_chronology
from risk.show.packs.lesson_file import as_toml, with_lesson
from risk.show.packs.stops import stops
from risk.show.packs.turning_points import MOST_STOPS, turning_points, who_wrote, within_a_sentence

HEAD = "date,agency,kind,what,told_childrens_services,said_by_child,believed\n"
CASE = (
    "2022-01-10,school,hunger,No breakfast again,,,",
    "2022-02-10,school,hunger,No breakfast again,,,",
    "2022-03-10,gp,missed_health_appointment,Not brought,2022-03-11,,",
    "2022-04-10,school,supervision,Alone at night,,yes,no",
    "2022-05-10,childrens_services,no_further_action,No further action,,,",
    "2022-06-10,school,hunger,No breakfast again,,,",
    "2022-07-10,school,hunger,No breakfast again,,,",
    "2023-03-10,police,domestic_abuse,Called to a fight,,,",
)


@pytest.fixture
def told(card, tmp_path):
    """A chronology of a person's own as a lesson, from its rows."""

    def of(*rows: str):
        file = tmp_path / "own.csv"
        file.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
        return of_chronology(str(file), card)

    return of


def asked(of) -> dict[str, str]:
    return {str(stop.on): stop.ask for stop in turning_points(of)}


def test_a_class_is_asked_where_something_changes_and_not_where_the_same_is_written_again(told):
    days = asked(told(*CASE))
    assert "2022-02-10" not in days
    assert "2022-07-10" not in days
    assert {"2022-03-10", "2022-04-10"} <= set(days)
    assert "until now only the school had written" in days["2022-03-10"]
    assert "The child was not believed" in days["2022-04-10"]


def test_the_day_that_carries_the_record_to_the_line_is_one_of_the_stops(told):
    of = told(*CASE)
    reached = of.review.triggered.earliest
    at = [stop for stop in stops(of) if stop.share]
    carried = max(on for on in of.review.path.events["recorded_on"] if on < reached)
    assert carried in {stop.on for stop in turning_points(of)}
    assert at[0].when == f"{carried.day} {carried:%b %Y}"


def test_delete_what_comes_after_a_stop_and_its_question_and_its_answer_stay(told):
    for stop in turning_points(told(*CASE)):
        kept = [row for row in CASE if row[:10] <= str(stop.on)]
        again = {other.on: other for other in turning_points(told(*kept))}
        if stop.on in again:  # shorter, it may be asked elsewhere
            assert (again[stop.on].ask, again[stop.on].answer) == (stop.ask, stop.answer)


AGENCY = ("police", "school", "gp", "housing", "public", "childline", "health_visitor", "childrens_services")


@pytest.mark.parametrize("seed", range(12))
def test_no_question_and_no_answer_names_what_is_not_on_the_table(seed, told):
    draw = random.Random(seed)
    on, rows = date(2019, 1, 1).toordinal(), []
    for _ in range(draw.choice([1, 3, 12, 40])):
        on += draw.choice([0, 3, 40, 400])
        spoke = draw.choice([",,", ",yes,no", ",yes,", ",,"])
        rows.append(
            f"{date.fromordinal(on)},{draw.choice(AGENCY)},{draw.choice(list(CONCERNS))},Something,{spoke}"
        )
    of = told(*rows)
    events = of.review.path.events
    points = turning_points(of)
    assert len(points) == min(MOST_STOPS, events["recorded_on"].n_unique())
    for stop in points:
        there = events.filter(events["recorded_on"] <= stop.on)
        text = f"{stop.ask} {stop.answer}".lower().replace("children's services had been told", "")
        text = text.replace("a child said about", "").replace("read beside", "")
        for kind in set(CONCERNS) - set(there["kind"]):
            assert label(kind).lower() not in text, stop
        for agency in set(AGENCIES) - set(there["agency"]) - {"childrens_services"}:
            named = re.escape(within_a_sentence(who_wrote(agency)).lower())
            assert not re.search(rf"\b{named}\b", text), (agency, stop)


def test_the_file_that_a_pack_writes_reads_back_to_the_same_stops(told, tmp_path):
    of = told(*CASE)
    file = tmp_path / "my_case.toml"
    file.write_text(as_toml(of), encoding="utf-8")
    assert stops(with_lesson(of, file)) == stops(of)
    assert with_lesson(of, file).lesson.questions == of.lesson.questions


def test_a_text_with_marks_of_toml_in_it_reads_back_as_it_was(told, tmp_path):
    of = told(*CASE)
    file = tmp_path / "my_case.toml"
    text = as_toml(of).replace("A chronology of your own.", 'He said \\"no\\" \\\\ # \\u007f Ä\\n')
    file.write_text(text, encoding="utf-8")
    again = with_lesson(of, file)
    assert again.lesson.shows == 'He said "no" \\ # \x7f Ä\n'
    file.write_text(as_toml(again), encoding="utf-8")
    assert with_lesson(of, file).lesson == again.lesson


STOP = '[[stops]]\non = {}\nask = "What now?"\n'


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (STOP.format("2031-01-01"), r"mine\.toml: stops\[1\]\.on = 2031-01-01: outside the record, which goes from 10 January 2022 to 10 March 2023"),
        (STOP.format("2021-12-31"), r"stops\[1\]\.on = 2021-12-31: outside the record"),
        (STOP.format("2022-02-30"), r"mine\.toml, row 2: on = .*2022-02-30.*: a date is written year-month-day"),
        (STOP.format('"10 March"'), r"row 2: on = .*10.*: a date is written year-month-day"),
        (STOP.format("5"), r"on = .*5.*: a date is written year-month-day"),
        (STOP.format("2022-03-10T10:00:00"), r"on = .*: a date is written year-month-day"),
        (STOP.format("2022-03-10") + STOP.format("2022-03-12"), r"stops\[2\]\.on = 2022-03-12: no record has come since stops\[1\]"),
        ("[[stops]]\non = 2022-03-10\n", r"mine\.toml: stops\[1\]\.ask = .*: field required"),
        ("[[stops]]\non = 2022-03-10\nask = 5\n", r"mine\.toml: stops\[1\]\.ask = .*5.*: input should be a valid string"),
        ('account = "published"\n', r"mine\.toml: account = .*published.*: the case says so"),
        ('titel = "x"\n', r"mine\.toml: unknown key 'titel'.*title"),
        ("title = \n", r"mine\.toml: not a TOML file"),
    ],
    ids=lambda text: text.replace("\n", " ")[:40],
)  # fmt: skip
def test_a_file_with_a_fault_is_refused_by_file_key_value_and_rule(text, refused, told, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=refused):
        with_lesson(told(*CASE), file)


def test_the_command_writes_the_stops_takes_them_back_and_refuses_before_it_writes(told, tmp_path):
    told(*CASE)
    made = risk("pack", "own.csv", "--lesson-to", "my_case.toml", "--out", "one.html", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    text = (tmp_path / "my_case.toml").read_text(encoding="utf-8")
    assert text.count("[[stops]]") == MOST_STOPS
    edited = re.sub(r'ask = ".*"', 'ask = "Whom would you ring first?"', text, count=1)
    (tmp_path / "my_case.toml").write_text(edited, encoding="utf-8")
    again = risk("pack", "own.csv", "--lesson", "my_case.toml", "--out", "two.html", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert "Whom would you ring first?" in (tmp_path / "two.html").read_text(encoding="utf-8")
    (tmp_path / "my_case.toml").write_text(edited.replace("2022-04-10", "2032-04-10"), encoding="utf-8")
    wrong = risk("pack", "own.csv", "--lesson", "my_case.toml", "--out", "three.html", cwd=tmp_path)
    assert wrong.returncode == 2
    assert "2032-04-10: outside the record" in wrong.stderr
    assert not (tmp_path / "three.html").exists()
    kept = risk("pack", "own.csv", "--lesson-to", "my_case.toml", "--out", "four.html", cwd=tmp_path)
    assert kept.returncode == 2
    assert "my_case.toml" in kept.stderr
