"""The wordings: each agency words what it can see, of a child of that age, and knows nothing of later days."""

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import polars as pl
import pytest

import risk
from by_hand import record
from risk.chronologies.wordings import AGES_SEEN, PRONOUNS, _fits, _listed, wordings
from risk.core.kinds import CHILD_CONCERNS, CONCERNS, DISCLOSABLE
from risk.records.cohort import Cohort, Record

DATA = Path(__file__).parents[2] / "data" / "synthetic"
SCENARIOS = ("england_2014", "england_2025", "norfolk_review", "good_practice", "null", "loud", "quiet")
AT_LEAST = 6

NO_EYES_FOR = {
    "school": r"beds?|bedding|mattress|kitchen|fridge|cot|on attendance|living room",
    "nursery": r"beds?|bedding|mattress|kitchen|fridge|cot|on attendance|living room",
    "gp": r"opened the door|doorstep|kitchen|fridge|bedding|beds|rubbish|in the home",
    "hospital": r"opened the door|doorstep|kitchen|fridge|bedding|beds|rubbish|in the home",
    "court": r"shout\w*|heard|smell|smelt|bruis\w*|dirty|door|seen|cried",
    "childline": r"officers?|examined|attended|saw the home|body map|notes",
    "public": r"section|assessment|disclos\w*|safeguarding|domestic incident|substance|supervision order|engage\w*",
    "anonymous": r"section|assessment|disclos\w*|safeguarding|domestic incident|substance|engage\w*",
    "police": r"in class|clinic|registration|key work|lessons?",
    "health_visitor": r"officers?|in class|arrest\w*|on attendance",
    "drug_alcohol_service": r"kitchen|bedding|beds|in class|bruis\w*",
    "probation": r"kitchen|bedding|beds|in class|bruis\w*",
    "housing": r"bruis\w*|in class|breakfast|examined",
}
"""What each cannot see, or would not write."""

BLAME_AND_DRAMA = (
    r"horrif\w*|shocking\w*|appalling\w*|monster|evil|disgust\w*|feckless|failed (?:to|by)|hopeless"
)
AMERICAN = (
    r"color\w*|behavior\w*|center\w*|diaper\w*|mom|mommy|neighbor\w*|counselor\w*|organiz\w*|gotten|apartment"
)
REPEATS = r"again|third|further|repeat|earlier|still|another (?:bruise|missed)|no better|not improved"
OF_A_YEAR_AGO = r"again|third|further|earlier|still"
SEASONS = r"summer|autumn|winter|spring|(?:this|last) term|half-term|Christmas|Easter"
SMALL = (
    r"cot|pram|pushchair|bouncer|feeds?|milk|six-week|crawling|yet moving|high chair|milestones|immunisation"
)
SCHOOL_AGE = r"in class|lesson|teacher|PE|uniform|school night|coursework|asthma"
TEENS = r"head of year|pregnancy test|gaming|parents' evening|older man"


AGE_WORDS = pl.read_csv(Path(__file__).with_name("age_words.csv"))
"""Words that are said of children of some ages only: the youngest and the oldest, in whole years."""


def whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b", re.I)


def chronologies(name: str, n: int) -> list[tuple[Cohort, int, pl.DataFrame]]:
    cohort = Cohort.read(DATA / name)
    busy = cohort.record.events.group_by("household_id").len().sort("len", "household_id", descending=True)
    children = cohort.record.children.filter(
        pl.col("household_id").is_in(busy["household_id"].head(n).implode())
    )
    return [(cohort, child, risk.chronology(cohort.record, child)) for child in children["child_id"]]


def _ages_meant(home: Record) -> pl.DataFrame:
    """Return by event the ages, in whole years, of the child whom it is about or of all in the home."""
    days = home.events.select("event_id", "household_id", about="child_id", on="occurred_on")
    meant = days.join(home.children.select("household_id", "child_id", "born_on"), on="household_id")
    meant = meant.filter((pl.col("about") == pl.col("child_id")) | pl.col("about").is_null())
    had_birthday = (pl.col("on").dt.strftime("%m%d") >= pl.col("born_on").dt.strftime("%m%d")).cast(pl.Int32)
    age = pl.col("on").dt.year() - pl.col("born_on").dt.year() - 1 + had_birthday
    return meant.group_by("event_id").agg(ages_meant=age)


@pytest.fixture(scope="module")
def written() -> pl.DataFrame:
    """Every text of the busiest homes of both sample cohorts, with its event, the child's age and the oldest's."""
    rows = []
    for name in ("norfolk_review", "england_2014"):
        for cohort, child, texts in chronologies(name, 30):
            home = cohort.record.homes_of(pl.Series([child]))
            events = home.events.select("event_id", "household_id", about="child_id", on="occurred_on")
            born = home.children.select(about="child_id", born="born_on")
            rows.append(
                texts.join(events, on="event_id")
                .join(born, on="about", how="left")
                .join(_ages_meant(home), on="event_id")
                .with_columns(name=pl.lit(name), of=pl.lit(child))
            )
    age = (pl.col("on") - pl.col("born")).dt.total_days() / 365.25
    return pl.concat(rows).with_columns(age=age, kind=pl.col("kind").cast(pl.String))


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_agency_has_six_wordings_of_each_concern_it_notices_at_every_age_and_severity(name):
    few = []
    for agency, kinds in risk.Scenario.named(name).noticing.notices.items():
        youngest, oldest = AGES_SEEN.get(agency, (0, 17))
        for kind, age, severity in product(kinds, range(youngest, oldest + 1), (1, 2, 3, 4)):
            if kind == "school_absence" and age > 16:
                continue
            listed = [
                w for w in _listed(kind, agency) if not w.needs and _fits(w, {"severity": severity}, [age])
            ]
            n_said = len({w.text for w in listed if w.said}) * len({w.text for w in _listed("told", agency)})
            if len({w.text for w in listed if not w.said}) < AT_LEAST:
                few.append((agency, kind, age, severity))
            if kind in DISCLOSABLE and age >= 4 and n_said < AT_LEAST:
                few.append((agency, kind, age, severity, "said"))
    assert not few


def test_slight_and_severe_are_not_written_alike():
    for kind in CONCERNS:
        limits = {(w.least, w.most) for w in wordings() if w.kind == kind}
        assert {(1, 2), (3, 4)} <= limits


def test_a_wording_is_short_plain_british_and_names_nobody():
    names = {"C", "child", "children", *PRONOUNS[None]}
    for wording in wordings():
        assert set(re.findall(r"\{(.*?)\}", wording.text)) <= names, wording.text
        assert len(wording.text) <= 130, wording.text
        assert not whole(AMERICAN).search(wording.text), wording.text
        assert not whole(SEASONS).search(wording.text), wording.text
        assert not whole(BLAME_AND_DRAMA).search(wording.text), wording.text
        assert not re.search(r"(?<!\{)\bC\b|\d{4}|[“”]", wording.text), wording.text


@pytest.mark.parametrize("agency", NO_EYES_FOR)
def test_no_agency_writes_what_it_cannot_see(agency):
    seen = [w.text for w in wordings() if w.kind in CONCERNS and not w.said and agency in w.agencies]
    assert [text for text in seen if whole(NO_EYES_FOR[agency]).search(text)] == []


def test_only_a_wording_that_needs_an_earlier_record_tells_of_one():
    told = [
        w.text for w in wordings() if w.kind in CONCERNS and not w.needs and whole(REPEATS).search(w.text)
    ]
    assert told == []


def test_of_what_was_written_before_only_what_the_record_holds_is_told(written):
    told = written.filter(pl.col("kind").is_in(list(CONCERNS)), ~pl.col("disclosed_by_child"))
    told = told.filter(pl.col("what").str.contains(rf"(?i)\b(?:{OF_A_YEAR_AGO})\b"))
    keys = ["name", "of", "agency", "kind", "about"]
    earlier = written.select(*keys, before="recorded_on")
    held = told.join(earlier, on=keys, nulls_equal=True).filter(pl.col("before") < pl.col("recorded_on"))
    assert told.height > 20
    assert held.select("of", "event_id").n_unique() == told.select("of", "event_id").n_unique()


def test_a_text_knows_nothing_of_what_was_recorded_later(written):
    for cohort, child, texts in chronologies("norfolk_review", 4):
        for day in texts["recorded_on"].gather_every(7):
            then = risk.chronology(cohort.record.before(day), child)
            assert then.select("event_id", "what").equals(texts.head(then.height).select("event_id", "what"))


def test_words_in_quotation_marks_are_those_of_a_child_who_said_them_and_of_no_other(written):
    concerns = written.filter(pl.col("kind").is_in(list(CONCERNS)))
    assert concerns["disclosed_by_child"].sum() > 20
    assert concerns.filter(pl.col("what").str.contains('"') != pl.col("disclosed_by_child")).is_empty()


def test_how_what_a_child_said_was_taken_is_told_only_where_somebody_wrote_it():
    rows = [f"16 hunger school 2023-03-0{n} {how}" for n, how in enumerate(("believed", "unbelieved", ""), 1)]
    texts = risk.chronology(record(*(f"{row} said" for row in rows)), 16)["what"].to_list()
    for text, how in zip(texts, ("believed", "not_believed", None), strict=True):
        after = text.rpartition('"')[2].strip()
        taken = [w.text.format(child="C") for w in wordings() if w.kind == how]
        assert after in taken if how else not after


def test_no_text_is_impossible_at_the_age_of_the_child_it_is_about(written):
    concerns = written.filter(pl.col("kind").is_in(list(CHILD_CONCERNS)), ~pl.col("disclosed_by_child"))
    for words, impossible in (
        (SMALL, pl.col("age") > 5.1),
        (SCHOOL_AGE, pl.col("age") < 4.9),
        (TEENS, pl.col("age") < 11),
    ):
        wrong = concerns.filter(impossible, pl.col("what").str.contains(rf"(?i)\b(?:{words})\b"))
        assert wrong.is_empty(), wrong["what"].to_list()


def test_c_is_the_child_the_chronology_is_about_and_never_a_sibling(written):
    siblings = written.filter(pl.col("relation") == "sibling")
    assert siblings.height > 100
    assert siblings.filter(pl.col("what").str.contains(r"\bC\b")).is_empty()
    assert siblings["what"].str.contains(r"(?:[Bb]rother|[Ss]ister) [D-S]\b").all()
    own = written.filter(pl.col("relation") == "own", pl.col("kind").is_in(list(CHILD_CONCERNS)))
    assert own["what"].str.contains(r"\bC\b").all()


def test_a_brother_and_a_sister_have_letters_of_their_own_in_order_of_birth():
    rows = ("16 hunger school 2023-03-01", "17 hunger school 2023-03-02", "18 hunger school 2023-03-03")
    some = record(*rows, children=(16, 17, 18))
    letters = [re.findall(r"\b[CDE]\b", text)[0] for text in risk.chronology(some, 17)["what"]]
    assert letters == ["D", "C", "E"]


def test_one_thing_that_happened_is_not_worded_twice_alike_in_a_day(written):
    concerns = written.filter(pl.col("kind").is_in(list(CONCERNS)), ~pl.col("disclosed_by_child"))
    alike = concerns.group_by("name", "of", "on", "kind", "what").len().filter(pl.col("len") > 1)
    assert alike.is_empty()


def test_a_text_is_the_event_s_own_however_many_homes_there_are():
    cohort = Cohort.read(DATA / "norfolk_review")
    few = cohort.record.homes_of(cohort.record.children["child_id"].head(20))
    child = few.children["child_id"][3]
    assert risk.chronology(few, child).equals(risk.chronology(cohort.record, child))


def test_a_wording_with_a_word_of_an_age_is_kept_to_that_age():
    for words, youngest, oldest in AGE_WORDS.iter_rows():
        for wording in wordings():
            seen = [AGES_SEEN.get(agency, (0, 18)) for agency in wording.agencies] or [(0, 18)]
            least = max(wording.youngest, min(span[0] for span in seen))
            most = min(wording.oldest, max(span[1] for span in seen))
            ends_care = wording.kind in ("placement", "left_care")  # of whom, their finding says
            if not ends_care and whole(words).search(wording.text):
                assert youngest <= least, (wording.text, least, youngest)
                assert most <= oldest, (wording.text, most, oldest)


def test_no_word_of_an_age_is_written_where_no_child_of_that_age_is_meant(written):
    """Of one child: its age. Of a household: that of any child there, for an agency may mean any of them."""
    for words, youngest, oldest in AGE_WORDS.iter_rows():
        told = written.filter(pl.col("what").str.contains(rf"(?i)\b(?:{words})\b"))
        fits = pl.col("ages_meant").list.eval(pl.element().is_between(youngest, oldest)).list.any()
        wrong = told.filter(~fits)
        assert wrong.is_empty(), (words, wrong.select("what", "ages_meant").rows()[:5])


def test_a_small_brother_or_sister_is_told_of_only_where_there_is_one():
    told = [w for w in wordings() if w.needs == "younger"]
    assert len(told) > 5
    assert all("little" in w.text or "younger" in w.text for w in told)
    rows = [f"17 supervision childrens_services 2023-{m:02}-01" for m in range(1, 13)]
    small = record(*rows, children=(17, 18), born="2008-01-01")
    alone = record(*rows, children=(17,), born="2008-01-01")
    grown = small.children.with_columns(
        born_on=pl.when(pl.col("child_id") == 18).then(date(2019, 1, 1)).otherwise("born_on")
    )
    mind = r"younger child|little brother"
    assert risk.chronology(replace(small, children=grown), 17)["what"].str.contains(mind).any()
    assert not risk.chronology(small, 17)["what"].str.contains(mind).any()
    assert not risk.chronology(alone, 17)["what"].str.contains(mind).any()


def test_no_wording_comes_back_within_half_a_year_where_there_are_others():
    days = [date(2023, 1, 1) + timedelta(days=20 * n) for n in range(12)]
    some = record(*(f"16 domestic_abuse police {day}" for day in days), children=(16,))
    texts = risk.chronology(some, 16)["what"].to_list()
    for n, text in enumerate(texts):
        assert text not in texts[max(0, n - 6) : n]
