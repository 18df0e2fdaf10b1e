"""Other kinds: what is read and not generated, what it counts as, and that nothing else changed for it."""

from pathlib import Path

import polars as pl

import risk
from risk.chronologies import as_csv, read_chronology
from risk.core.kinds import (
    AGENCIES,
    CONCERNS,
    COUNTED,
    COUNTS_AS,
    GENERATED_AGENCIES,
    KINDS,
    NOT_SCORED,
    ORDERS,
    RESPONSES,
)
from risk.records.cohort import Cohort
from risk.records.schema import Events, typed

ROWS = """date,agency,kind,what
01/06/2014,CAMHS,Head lice,Seen in clinic
02/06/2014,SW1,Home visit,All well
03/06/2014,IDVA,Other concern,Something else
04/06/2014,School A,FTT,
05/06/2014,HV,Strengths,Warm and playful
"""


def test_a_kind_counts_as_the_scored_kind_that_it_names_and_keeps_its_name_in_the_text(tmp_path):
    (tmp_path / "mine.csv").write_text(ROWS)
    case = risk.read_case(str(tmp_path / "mine.csv"))
    assert case.record.events["kind"].to_list() == [
        "home_conditions",
        "home_visit",
        "other_concern",
        "hunger",
        "strengths",
    ]
    assert case.texts["what"][0] == "Poor hygiene or clothing: Seen in clinic"
    assert case.texts["what"][3] == "Faltering growth"
    assert set(case.record.events["agency"]) >= {"mental_health_service", "domestic_abuse_service"}


def test_what_brings_no_points_is_counted_and_moves_no_score(tmp_path):
    (tmp_path / "with.csv").write_text(ROWS)
    kept = [line for line in ROWS.splitlines() if not any(w in line for w in ("visit", "Other", "Strengths"))]
    (tmp_path / "without.csv").write_text("\n".join(kept))
    remarks = read_chronology(str(tmp_path / "with.csv")).remarks
    assert (
        "3 entries are listed without points: Other concern (1), Home visit (1), Strength, or what went well (1)."
        in remarks
    )
    assert "Poor hygiene or clothing (1) counts as Home conditions." in remarks
    on = pl.DataFrame(
        {
            "child_id": [risk.read_case(str(tmp_path / "with.csv")).child_id],
            "landmark_on": [pl.Series(["2014-07-01"]).str.to_date()[0]],
        }
    )
    counted = [
        risk.featurise(on, risk.read_case(str(tmp_path / f"{n}.csv")).record).select(
            pl.selectors.starts_with("n_")
        )
        for n in ("with", "without")
    ]
    assert counted[0].equals(counted[1])


def test_words_are_appended_and_what_counts_as_another_kind_counts_as_a_concern():
    assert list(KINDS) == [*CONCERNS, *RESPONSES, *NOT_SCORED, *ORDERS]
    assert list(AGENCIES)[: len(GENERATED_AGENCIES)] == list(GENERATED_AGENCIES)
    assert set(COUNTS_AS) == set(COUNTED)
    assert set(COUNTS_AS.values()) <= set(CONCERNS)


def test_a_cohort_written_when_the_vocabulary_was_shorter_is_read_as_it_was():
    old = pl.Enum(list(KINDS)[:40])
    events = Cohort.read(Path(__file__).parents[2] / "data" / "synthetic" / "norfolk_review").record.events
    events = events.filter(pl.col("kind").is_in(old.categories.implode()))
    assert typed("events", events.with_columns(pl.col("kind").cast(old)), Events).equals(events)


def test_impact_strengths_and_analysis_are_kept_beside_the_event_written_again_and_never_scored(tmp_path):
    head = "date,agency,kind,what"
    (tmp_path / "bare.csv").write_text(f"{head}\n01/06/2014,School,Hunger,No lunch\n")
    row = "01/06/2014,School,Hunger,No lunch,He cried,Came every day,A pattern"
    (tmp_path / "with.csv").write_text(f"{head},So what?,Strengths,Analysis\n{row}\n")
    bare, told = (risk.read_case(str(tmp_path / name)) for name in ("bare.csv", "with.csv"))
    assert told.texts["what"].to_list() == [
        "No lunch. Impact on the child: He cried. Strengths: Came every day. Analysis: A pattern"
    ]
    assert told.record.events.equals(bare.record.events)
    account = read_chronology(str(tmp_path / "with.csv")).account
    (tmp_path / "again.csv").write_bytes(as_csv(account))
    assert read_chronology(str(tmp_path / "again.csv")).account.entries.equals(account.entries)
