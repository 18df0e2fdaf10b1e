"""Proposals: what the words of a narrative lead to, how often that is right, and that a person confirms it."""

import json
from pathlib import Path

import polars as pl
import pytest

import risk
from command import risk as command
from risk.chronologies import proposals as module
from risk.chronologies.proposals import PROPOSED, proposals, propose
from risk.chronologies.sheet import read_sheet
from risk.chronologies.synonyms import HEADINGS
from risk.chronologies.wordings import PRONOUNS, wordings
from risk.core.errors import InputError
from risk.core.kinds import CONCERNS

NARRATIVES = pl.read_csv(Path(__file__).with_name("narratives.csv"), infer_schema=False).fill_null("")
SAMPLE = Path(__file__).parents[2] / "data" / "synthetic" / "norfolk_review"
CHILDREN = ("Ella", "Jay", "Sam")
ROWS = """Chronology of Jay
Date,Details of event,Action taken/outcome
03/03/2014,"Police attended; father had punched mum. Referred to children's services.",Referral
05/03/2014,"Jay came to school without breakfast, in dirty clothes. Jay told a teacher that mum was asleep.",
07/03/2014,Something happened.,
"""


def right(column: str, of: str, tuned: str) -> tuple[float, float]:
    """Return which share of what is proposed is right, and which share of what is right is proposed."""
    pairs = [
        (
            {word for word in row[of].split(";") if word},
            {p.word for p in proposals(column, row["what"], CHILDREN)},
        )
        for row in NARRATIVES.filter(pl.col("tuned") == tuned).iter_rows(named=True)
    ]
    both = sum(len(want & got) for want, got in pairs)
    return both / sum(len(got) for _, got in pairs), both / sum(len(want) for want, _ in pairs)


def figures(column: str, of: str, tuned: str) -> str:
    return "{:.2f} | {:.2f}".format(*right(column, of, tuned))


def test_the_page_about_the_format_states_how_often_a_proposal_is_right():
    page = (Path(__file__).parents[2] / "docs" / "formats" / "chronology.md").read_text(encoding="utf-8")
    for column, of in zip(PROPOSED, ("kinds", "agency", "told", "said"), strict=True):
        assert f"| {HEADINGS[column]} | {figures(column, of, 'yes')} |" in page
    assert f"| Kind, of narratives kept back | {figures('kind', 'kinds', 'no')} |" in page


def test_nearly_all_is_right_where_phrases_were_made_for_it_and_six_in_ten_are_found_of_what_was_kept_back():
    precision, recall = right("kind", "kinds", "yes")
    assert min(precision, recall) >= 0.95
    precision, recall = right("kind", "kinds", "no")
    assert precision >= 0.8
    assert recall >= 0.6


def test_what_a_generated_concern_says_mostly_proposes_that_concern_and_the_page_states_how_often():
    whom = {"C": "C", "child": "C", "children": "the children", **PRONOUNS["male"]}
    concerns = [(w.kind, w.text.format(**whom)) for w in wordings() if w.kind in CONCERNS]
    got = [{p.word for p in proposals("kind", text)} for _, text in concerns]
    both = sum(kind in words for (kind, _), words in zip(concerns, got, strict=True))
    precision, recall = both / sum(map(len, got)), both / len(concerns)
    assert min(precision, recall) > 0.85
    page = (Path(__file__).parents[2] / "docs" / "formats" / "chronology.md").read_text(encoding="utf-8")
    assert f"| Kind, of the wordings of generated concerns | {precision:.2f} | {recall:.2f} |" in page


@pytest.mark.parametrize(
    ("column", "text", "word"),
    [
        ("kind", "No bruises seen.", None),
        ("kind", "Mother denied drinking.", None),
        ("kind", "Bruises seen.", "physical_harm"),
        ("kind", "No safeguarding concerns.", None),
        ("kind", "No reports of violence.", None),
        ("kind", "The school decided not to refer.", None),
        ("kind", "DVA at the address.", "domestic_abuse"),
        ("kind", "WNB to clinic.", "missed_health_appointment"),
        ("kind", "PLO meeting.", "pre_proceedings"),
        ("kind", "CIN plan to end.", "child_in_need_plan_ended"),
        ("kind", "Neighbours hear the parents arguing; verbal altercation.", "domestic_abuse"),
        ("said_by_child", "Neighbour told police that they shout.", None),
        ("told_childrens_services", "Social care not informed.", "no"),
        ("told_childrens_services", "Social care told.", "yes"),
        ("agency", "LADO consulted.", "local_authority"),
        ("said_by_child", "Mother said he fell.", None),
        ("said_by_child", "Sam said he fell.", "yes"),
        ("told_childrens_services", "The school decided not to refer.", "no"),
        ("agency", "A neighbour rang.", "public"),
    ],
)
def test_a_phrase_leads_to_a_word_unless_a_longer_one_silences_it(column, text, word):
    assert next((p.word for p in proposals(column, text, ["Sam"])), None) == word


def test_a_phrase_of_an_editor_that_means_nothing_known_is_refused(monkeypatch):
    table = pl.DataFrame(
        [(2, "kind", "cold", "coldness")], schema=["row", "column", "phrase", "meaning"], orient="row"
    )
    monkeypatch.setattr(module, "read_table", lambda *_: table)
    with pytest.raises(
        InputError, match=r"phrases.csv, row 2, column meaning: 'coldness': unknown kind 'coldness'"
    ):
        module._phrases.__wrapped__("kind")


def test_a_draft_keeps_every_cell_and_stands_once_for_each_kind(tmp_path):
    (tmp_path / "mine.csv").write_text(ROWS)
    draft = propose(read_sheet(tmp_path / "mine.csv"))
    heading, *rows = draft.rows[1:]
    assert draft.rows[0][0] == "Chronology of Jay"
    assert heading[3:] == [
        "Kind",
        "Agency",
        "Told children's services",
        "Said by child",
        "Proposed from",
        "Confirmed",
    ]
    assert [(row[0], *row[3:7], row[8]) for row in rows] == [
        ("03/03/2014", "Domestic abuse", "Police", "yes", "", "no"),
        ("03/03/2014", "Referral", "Police", "yes", "", "no"),
        ("05/03/2014", "Hunger", "School", "", "yes", "no"),
        ("05/03/2014", "Poor hygiene or clothing", "School", "", "yes", "no"),
        ("07/03/2014", "Other concern", "Not stated", "", "", "no"),
    ]
    assert rows[0][7].startswith("Kind: 'punched mum'; Agency: 'police'")
    assert rows[4][7] == "Kind: no phrase found; Agency: no phrase found"


def test_what_a_person_wrote_is_never_replaced(tmp_path):
    (tmp_path / "mine.csv").write_text(
        "date,agency,kind,what\n2014,GP,,Came without breakfast\n2014,,DV,Hungry\n"
    )
    draft = propose(read_sheet(tmp_path / "mine.csv"))
    assert [row[1:3] for row in draft.rows[1:]] == [["GP", "Hunger"], ["Not stated", "DV"]]


def test_a_draft_is_reviewed_only_when_confirmed_or_where_it_is_said_that_it_is_not(tmp_path):
    file, draft, page = tmp_path / "mine.csv", tmp_path / "draft.csv", tmp_path / "page.html"
    file.write_text(ROWS)
    assert command("chronology", "propose", str(file), "--out", str(draft)).returncode == 0
    assert "5 of 5 entries are proposals that no person has confirmed" in command("review", str(draft)).stderr
    said = "5 of 5 entries are proposals from words, which no person has confirmed."
    printed = command("review", str(draft), "--unconfirmed").stdout
    assert said in " ".join(printed.split())
    document = json.loads(command("review", str(draft), "--unconfirmed", "--json").stdout)
    assert said in document["remarks"]
    assert all(event["what"].startswith("Proposed, not confirmed: ") for event in document["events"])
    assert command("pack", str(draft), "--unconfirmed", "--out", str(page)).returncode == 0
    assert page.read_text().count("Proposed, not confirmed: ") >= 5
    draft.write_text(draft.read_text().replace(",no\n", ",yes\n").replace(",no\r", ",yes\r"))
    confirmed = json.loads(command("review", str(draft), "--json").stdout)
    assert next(e["what"] for e in confirmed["events"]).startswith("Police attended")
    assert confirmed["score"] == document["score"]


def test_a_chronology_without_kinds_is_told_of_the_command_and_one_without_words_is_refused(tmp_path):
    (tmp_path / "mine.csv").write_text(ROWS)
    with pytest.raises(InputError, match=r"column kind is missing; .*`risk chronology propose`"):
        risk.read_case(str(tmp_path / "mine.csv"))
    (tmp_path / "bare.csv").write_text("date,agency\n2014,GP\n")
    with pytest.raises(InputError, match="row 1: no column says what happened; it has date, agency"):
        propose(read_sheet(tmp_path / "bare.csv"))
