"""The command line as its users meet it. Run in this process, since starting Python costs seconds each time."""

import json
import subprocess
import sys
from importlib import import_module

import polars as pl
import pytest

from command import risk
from conftest import simulated
from risk import Cohort
from risk.world.patterns.rates import patterns


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A cohort that the command line made."""
    path = tmp_path_factory.mktemp("cli") / "cohort"
    made = risk(
        "generate", "norfolk_review", "--households", "150", "--years", "2", "--seed", "3", "--out", str(path)
    )
    assert made.returncode == 0, made.stderr
    return path


@pytest.fixture(scope="module")
def card_file(folder):
    path = folder.parent / "card.json"
    assert risk("fit", str(folder), "--out", str(path)).returncode == 0
    return path


def test_generate_makes_what_the_function_makes(folder):
    assert (
        Cohort.read(folder).content_hashes()
        == simulated("norfolk_review", 150, seed=3, years=2).content_hashes()
    )


def test_progress_is_quiet_in_a_pipe(folder):
    assert risk("verify", str(folder)).stderr == ""


REVIEWED = {
    *("harm_began_on", "knowable_on", "triggered_on", "triggered_by_viewer", "assessed_on", "days_between"),
    "missed_opportunities",
}


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (("verify", "COHORT"), {"verified", "tables"}),
        (("describe", "england_2014"), {"scenario", "calibrated", "assumptions", "worth"}),
        (("describe", "COHORT"), {"scenario", "seed", "children", "events", "event_counts", "calibrated"}),
        (("describe", "COHORT", "--patterns"), {"about", "rows"}),
        (("describe", "COHORT", "--shared"), {"about", "rows"}),
        (
            ("evaluate", "COHORT"),
            {"models", "average_precision_ratio_to_worst_incident", "warranted_share", "ceiling_is_exact"},
        ),
        (
            ("evaluate", "COHORT", "--card", "CARD", "--no-challengers"),
            {"models", "average_precision_ratio_to_worst_incident"},
        ),
        (("review", "COHORT"), {"line", "summary", "children"}),
        (("review", "COHORT", "--child", "16", "--card", "CARD"), REVIEWED | {"events", "score"}),
        (("review", "norfolk_review"), REVIEWED | {"events", "score"}),
        (("replay", "COHORT"), {"about", "scenario", "replayed", "identical", "rows"}),
    ],
)
def test_every_reporting_command_prints_one_json_document(folder, card_file, words, keys):
    places = {"COHORT": str(folder), "CARD": str(card_file)}
    done = risk(*(places.get(w, w) for w in words), "--json")
    assert done.returncode == 0, done.stderr
    assert keys <= set(json.loads(done.stdout))


@pytest.mark.parametrize(
    "words", [("--price", "4"), ("--per-1000-child-years", "900"), ("--false-alarms", "1")]
)
def test_a_cohorts_review_reports_what_its_line_means_whichever_way_it_was_set(folder, words):
    document = json.loads(risk("review", str(folder), "--no-ceiling", *words, "--json").stdout)
    line = document["line"]
    asked = {"--price": "price", "--per-1000-child-years": "assessments_per_1000_child_years", "--false-alarms": "false_alarms_per_child_year"}  # fmt: skip
    assert set(asked.values()) < set(line)
    assert 0 < line[asked[words[0]]] <= float(words[1])
    assert document["ceiling"] is None
    assert all(set(row) >= REVIEWED for row in document["children"])
    assert any(row["missed_opportunities"] for row in document["children"])
    missed = document["summary"]["missed_opportunities"]
    assert sum(kind["times"] for kind in missed.values()) == sum(
        len(row["missed_opportunities"]) for row in document["children"]
    )


def test_a_cohorts_review_shows_its_line_its_ceiling_and_what_was_missed(folder):
    shown = " ".join(risk("review", str(folder), "--full").stdout.split())
    assert "assessments per 1,000 child-years" in shown
    assert "false alarms per unaffected child-year" in shown
    assert "share not knowable" in shown
    assert "Referred again, with the same outcome" in shown


def test_one_child_of_a_cohort_is_said_to_have_been_knowable_or_not(folder):
    child = ("review", str(folder), "--child", "16")
    assert "nowable" in risk(*child).stdout
    assert "nowable" not in risk(*child, "--no-ceiling").stdout


def test_the_patterns_of_a_folder_are_those_of_its_cohort_with_children_to_look_up(folder):
    rows = json.loads(risk("describe", str(folder), "--patterns", "--json").stdout)["rows"]
    assert rows == patterns(Cohort.read(folder)).to_dicts()
    assert all({"pattern", "children", "rate", "examples"} <= set(row) for row in rows)
    shown = risk("describe", str(folder), "--patterns").stdout
    assert f"risk review {folder} --child {next(r['examples'][0] for r in rows if r['examples'])}" in shown


QUICK = ("--no-challengers", "--resamples", "20")
WITH_AN_INTERVAL = (
    *("auc", "average_precision", "brier", "calibration_slope", "calibration_intercept", "net_benefit"),
    *("detection", "positive_predictive_value", "restricted_mean_delay_weeks", "false_alarms_per_child_year"),
)


def test_every_measure_of_every_judge_has_a_value_between_low_and_high(folder):
    document = json.loads(risk("evaluate", str(folder), *QUICK, "--json").stdout)
    assert document["split"] == "household"
    assert {"card", "worst_recent", "n_concerns", "fading_count"} <= set(document["models"])
    for model in document["models"].values():
        for measure in WITH_AN_INTERVAL:
            found = model[measure]
            if (
                found["value"] is not None
            ):  # null, for instance, for a judge that raises no alarm at this rate
                assert found["low"] <= found["value"] <= found["high"]
        assert all(model[measure]["value"] is not None for measure in WITH_AN_INTERVAL[:6])
        assert [row["false_alarms_allowed"] for row in model["at"]] == [0.05, 0.2, 0.5]
        assert model["detection"] == model["at"][1]["detection"]
        assert model["false_alarms_per_child_year"] == model["at_price"]["false_alarms_per_child_year"]
        assert set(model["net_benefit_at"]) == {"0.1", "0.2", "0.3"}
        assert model["above_ceiling"] is False


@pytest.mark.parametrize("split", ["household", "temporal"])
def test_an_evaluation_is_readable_in_a_hundred_columns(folder, split, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    shown = risk("evaluate", str(folder), *QUICK, "--split", split, "--full").stdout
    tables = [line for line in shown.splitlines() if "│" in line or "  0." in line]
    assert tables
    assert all(len(line) <= 100 and "…" not in line for line in tables)
    assert "Cumulative scorecard" in shown
    assert "never for decisions about real families" in shown


def test_a_card_that_knows_more_than_the_ceiling_is_our_fault_and_said_so(folder, monkeypatch):
    """A wrong filter: it knows the worst incident of four weeks and nothing else."""
    honest = json.loads(risk("evaluate", str(folder), *QUICK, "--json").stdout)
    assert honest["ceiling_is_exact"] is True
    assert honest["faults"] == []
    assert honest["models"]["card"]["above_ceiling"] is False

    def wrong(at: pl.DataFrame, *_) -> pl.DataFrame:
        return at.with_columns(p_knowable=pl.col("worst_recent") / 10.0)

    monkeypatch.setattr(import_module("risk.evaluation.judged_rows"), "knowable", wrong)
    done = risk("evaluate", str(folder), *QUICK, "--json")
    assert done.returncode == 1
    assert "a fault of ours: a leak, or a wrong filter" in done.stderr
    assert json.loads(done.stdout)["models"]["card"]["above_ceiling"] is True


def test_groups_and_labels_are_printed_in_a_hundred_columns_and_as_json(folder, monkeypatch):
    document = json.loads(risk("evaluate", str(folder), *QUICK, "--groups", "--labels", "--json").stdout)
    assert {"card", "with_rate", "less_rate", "ceiling"} <= set(document["groups"])
    rated = document["groups"]["with_rate"]
    assert {"label", "about", "false_alarm_ratio", "average_precision_change"} <= set(rated)
    assert set(rated["groups"]["much_seen"]) == {"by", "false_alarms_per_child_year", "detection"}
    assert set(document["labels"]["judged_on_recorded_outcomes"]) == {"card", "recorded_card"}
    assert {"ceiling", "card", "recorded_card"} == set(document["labels"]["judged_on_true_need"])
    assert {row["measure"] for row in document["labels"]["hidden_and_misjudged"]} == {"hidden", "misjudged"}
    monkeypatch.setenv("COLUMNS", "100")
    shown = risk("evaluate", str(folder), *QUICK, "--groups", "--labels", "--full").stdout
    assert "…" not in shown
    assert "Much seen to seen: how many times the false alarms" in shown
    assert "What a recorded outcome within a year hides" in shown


def test_a_replay_quarter_by_quarter_judges_later_rows_of_other_households(tmp_path):
    cohort = str(tmp_path / "cohort")
    made = ("norfolk_review", "--households", "120", "--years", "3", "--out", cohort)
    assert risk("generate", *made).returncode == 0
    whole, later = (
        json.loads(risk("evaluate", cohort, *QUICK, "--split", split, "--json").stdout)
        for split in ("household", "prequential")
    )
    assert later["split"] == "prequential"
    assert 0 < later["test_child_landmarks"] < whole["test_child_landmarks"]
    assert 0.5 < later["models"]["card"]["auc"]["value"] < 1


def test_a_cohort_in_which_nobody_is_warranted_is_judged_without_a_traceback(tmp_path):
    cohort = str(tmp_path / "cohort")
    harmless = ("--set", "harm.care_worsens_per_year=[[0, 0, 0], [0, 0, 0]]")
    made = ("null", "--households", "60", "--years", "1", "--out", cohort)
    assert risk("generate", *made, *harmless).returncode == 0
    done = risk("evaluate", cohort, "--resamples", "20", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["warranted_share"] == 0
    assert document["models"]["card"]["auc"] == {"value": None, "low": None, "high": None}
    assert any("The card that comes with the package is judged" in note for note in document["notes"])
    assert "–" in risk("evaluate", cohort, "--resamples", "20").stdout


def test_fit_prints_the_card_that_it_writes(folder, card_file, tmp_path):
    done = risk("fit", str(folder), "--out", str(tmp_path / "card.json"), "--json")
    assert (
        json.loads(done.stdout)
        == json.loads((tmp_path / "card.json").read_text())
        == json.loads(card_file.read_text())
    )


def test_a_process_of_its_own_leaves_with_status_2_and_no_traceback(tmp_path):
    words = ("verify", str(tmp_path))
    done = subprocess.run([sys.executable, "-m", "risk", *words], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("risk: ")
    assert "not a cohort: it holds no datapackage.json" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_replay_prints_the_effect_and_what_it_rests_on(folder):
    words = ("replay", str(folder), "--set", "noticing.shares.police=1.0")
    document = json.loads(risk(*words, "--json").stdout)
    assert not document["identical"]
    assert document["replayed_overrides"] == {"noticing.shares.police": 1.0}
    assert len(document["rows"]) == 8
    for row in document["rows"]:
        assert {"measure", "before", "after", "difference", "low", "high"} <= set(row)
        assert row["low"] <= row["difference"] <= row["high"]
    shown = " ".join(risk(*words).stdout.split())
    assert "under the other practice, norfolk_review with noticing.shares.police = 1.0" in shown
    assert "All 150 households were first made again as they are: identical, row for row." in shown
    assert "never for decisions about real families" in shown


ACTING = ("--set", "practice.assess_at_line=true")


def test_a_replay_says_what_an_assessment_on_the_day_of_the_line_would_have_changed(folder, card_file):
    words = ("replay", str(folder), *ACTING, "--card", str(card_file), "--price", "4", "--sensitivity")
    document = json.loads(risk(*words, "--json").stdout)
    assert document["replayed_overrides"] == {"practice.assess_at_line": True}
    assert (document["price"], len(document["rows"])) == (4, 8)
    measures = {
        *("child_weeks_of_harm_avoided", "assessments_added", "needless_that_day"),
        "child_weeks_avoided_per_extra_assessment",
    }
    for group in ("all", "in_harm_that_day"):
        for weeks in (26, 52, 104):
            rows = [r for r in document["acting"] if (r["group"], r["within_weeks"]) == (group, weeks)]
            assert measures <= {row["measure"] for row in rows}
    assert {row["support"] for row in document["sensitivity"]} == {"half", "as assumed", "double"}
    assert [{"support": "as assumed", **row} for row in document["acting"]] == [
        row for row in document["sensitivity"] if row["support"] == "as assumed"
    ]
    shown = " ".join(risk(*words).stdout.split())
    for measure in measures:
        assert measure.split("_")[0] in shown
    assert "Those of which a child was in harm on that day" in shown
    assert "How much it rests on how much a plan helps" in shown
    assert "A counterfactual in an invented world" in shown


def test_a_review_says_what_acting_would_have_changed_or_why_nobody_can_say(folder):
    acting = json.loads(risk("review", str(folder), "--child", "16", "--no-ceiling", "--json").stdout)[
        "acting"
    ]
    assert acting["known"]
    assert acting["in_words"][0] in " ".join(risk("review", str(folder), "--child", "16", "--no-ceiling").stdout.split())  # fmt: skip
    of_a_person = json.loads(risk("review", "norfolk_review", "--json").stdout)["acting"]
    assert of_a_person["known"] is False
    assert "only an invented child's years can be lived again" in of_a_person["in_words"][0]


def test_a_replay_takes_a_scenario_and_changes_to_it(folder):
    same = json.loads(risk("replay", str(folder), "--scenario", "norfolk_review", "--json").stdout)
    assert same["identical"]
    words = ("--scenario", "norfolk_review", "--set", "practice.reassured_by_parent=0")
    assert not json.loads(risk("replay", str(folder), *words, "--json").stdout)["identical"]


def test_generate_and_describe_take_changes_by_name(tmp_path):
    changes = ("--set", "noticing.shares.police=1", "--set", "practice.assesses=[0.1, 0.2, 0.3, 0.4]")
    small = ("--households", "5", "--years", "1", "--out", str(tmp_path / "c"))
    assert risk("generate", "norfolk_review", *small, *changes).returncode == 0
    about = json.loads(risk("describe", str(tmp_path / "c"), "--json").stdout)
    assert about["scenario"] == "norfolk_review"
    assert about["overrides"] == {"noticing.shares.police": 1.0, "practice.assesses": [0.1, 0.2, 0.3, 0.4]}
    assert "scenario_values" not in about
    listed = json.loads(risk("describe", "norfolk_review", *changes, "--json").stdout)["assumptions"]
    set_by_user = {row["name"] for row in listed if row["source"] == "set by the user"}
    assert set_by_user == {"noticing.shares", "practice.assesses"}


def test_the_reviews_case_prints_its_answer_and_what_it_is_not_for():
    done = risk("review", "norfolk_review")
    shown = " ".join(done.stdout.split())
    assert "By the end of 2013 the records together held enough for an assessment" in shown
    assert "at least five months before the children were removed" in shown
    assert "half of the ways in which they can fall held enough by mid May 2013" in shown
    assert "never for decisions about real families" in shown
    assert "Missed opportunities: 4" in risk("review", "norfolk_review", "--full").stdout


def test_the_points_of_the_events_sum_exactly_to_the_score():
    document = json.loads(risk("review", "norfolk_review", "--json").stdout)
    assert sum(e["points"] for e in document["events"]) == document["score"]
    days = {"earliest": "2012-10-02", "latest": "2014-01-01", "exact": True}
    assert document["triggered_on"] | days == document["triggered_on"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("generate", "england", "--out", "OUT"), "unknown scenario 'england'; the nearest valid word is 'england_2025' or 'england_2014'"),
        (("generate", "england_2014", "--out", "COHORT"), "already exists"),
        (("generate", "broken.toml", "--out", "OUT"), "broken.toml: no such file"),
        (("generate", "england_2014", "--households", "0", "--out", "OUT"), "--households"),
        (("generate", "england_2014", "--seed", "-1", "--out", "OUT"), "--seed"),
        (("verify", "OUT"), "not a cohort: it holds no datapackage.json"),
        (("describe", "OUT"), "not a cohort"),
        (("describe", "OUT", "--patterns"), "not a cohort"),
        (("describe", "norfolk_review", "--patterns"), "--patterns: only for a cohort's folder; norfolk_review is a scenario"),
        (("fit", "OUT", "--out", "card.json"), "not a cohort"),
        (("evaluate", "COHORT", "--card", "absent.json"), "absent.json: no such file"),
        (("evaluate", "COHORT", "--split", "temporal", "--groups"), "--split temporal: --groups and --labels are for --split household only"),
        (("evaluate", "COHORT", "--price", "1"), "price = 1; to find one warranted assessment takes more than 1"),
        (("generate", "england_2014", "--out", "OUT", "--set", "practice.share.police=1"), "the nearest valid word is 'noticing.shares.police'"),
        (("generate", "england_2014", "--out", "OUT", "--set", "practice.assesses"), "--set practice.assesses: give KEY=VALUE"),
        (("describe", "COHORT", "--set", "noticing.shares.police=1"), "only for a scenario"),
        (("replay", "OUT"), "not a cohort"),
        (("replay", "COHORT", "--scenario", "england"), "unknown scenario 'england'"),
        (("replay", "COHORT", "--scenario", "england_2014"), "a replay keeps the first day, from_on"),
        (("replay", "COHORT", "--set", "harm.collapses_per_year.1=1.0"), "harm.collapses_per_year is [0.02, 1.5] in the cohort and [0.02, 1.0]"),
        (("generate", "quiet", "--out", "OUT", "--set", "practice.assess_at_line=true"), "practice.assess_at_line = true needs the days on which households reached a card's line"),
        (("replay", "COHORT", "--price", "4"), "--price: it says when to act, which only --set practice.assess_at_line=true does"),
        (("replay", "COHORT", "--sensitivity"), "--sensitivity: it says when to act"),
        (("replay", "COHORT", "--set", "practice.assess_at_line=true", "--price", "0.5"), "price = 0.5; to find one warranted assessment takes more than 1"),
        (("replay", "COHORT", "--set", "practice.assess_at_line=true", "--set", "practice.adds_up=1.0"), "and nothing else: practice.adds_up is 0.0 in the cohort and 1.0"),
        (("replay", "COHORT", "--set", "practice.assess_at_line=1"), "practice.assess_at_line = 1: input should be a valid boolean"),
        (("review", "norfolk"), "neither a shipped case (norfolk_review)"),
        (("review", "COHORT", "--child", "5000"), "no child 5000 in this record; the nearest ids are"),
        (("review", "norfolk_review", "--child", "1"), "only for a cohort's folder"),
        (("review", "norfolk_review", "--price", "nan"), "takes more than 1"),
        (("review", "COHORT", "--price", "5", "--false-alarms", "0.2"), "--price and --false-alarms each set the line: give one of them"),
        (("review", "norfolk_review", "--false-alarms", "0.2"), "--false-alarms: only for a cohort's folder"),
        (("review", "COHORT", "--per-1000-child-years", "-3"), "per_1000_child_years = -3; give more than 0"),
    ],
)  # fmt: skip
def test_a_users_mistake_ends_in_one_clear_message_and_status_2(folder, tmp_path, words, message):
    places = {"COHORT": str(folder), "OUT": str(tmp_path / "out")}
    done = risk(*(places.get(w, w) for w in words), cwd=tmp_path)
    assert done.returncode == 2
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr + done.stdout
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []  # nothing written, nothing half-written


@pytest.mark.parametrize(
    "words", ["[mum] was out; [redacted] told us", "[/]", "[/foo] [bold]", "<b>&amp;", "a :cat: bit"]
)
def test_brackets_in_a_persons_words_are_shown_as_they_are(tmp_path, words):
    path = tmp_path / "case [1].csv"
    path.write_text(f"date,agency,kind,what\n2014,school,hunger,{words}\n")
    done = risk("review", str(path), "--full")
    assert done.returncode == 0
    assert all(word in done.stdout for word in words.split())  # the table may break the line between them


def test_a_folder_with_brackets_in_its_name_is_a_folder(tmp_path):
    folder = tmp_path / "x[1]y"
    assert (
        risk("generate", "england_2014", "--households", "5", "--years", "1", "--out", str(folder)).returncode
        == 0
    )
    assert risk("verify", str(folder)).returncode == 0


def test_help_reads_well_and_says_what_it_is_not_for():
    done = risk("--help")
    assert done.returncode == 0
    assert "never for decisions about real families" in " ".join(done.stdout.split())
    for command in ("demo", "generate", "verify", "describe", "fit", "evaluate", "review", "replay", "lab"):
        assert command in done.stdout
        assert risk(command, "--help").returncode == 0


def test_describe_holds_a_cohort_against_published_figures_and_draws_it(tmp_path):
    cohort = str(tmp_path / "cohort")
    assert (
        risk("generate", "england_2014", "--households", "300", "--years", "2", "--out", cohort).returncode
        == 0
    )
    drawings = [tmp_path / f"calibration.{kind}" for kind in ("html", "svg", "png")]
    for drawing in drawings:
        done = risk("describe", cohort, "--calibration", "--json", "--out", str(drawing))
        assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {"name", "published", "simulated", "standard_error", "tolerance", "pass"} <= set(found["rows"][0])
    assert {"verdict", "holdout", "households_needed"} <= set(found["rows"][0])
    assert all(row["pass"] == (row["verdict"] == "within") for row in found["rows"])
    assert found["passing"] == found["targets"]["within"] + found["holdouts"]["within"]
    assert {row["holdout"] for row in found["rows"]} == {True, False}
    starts = [drawing.read_bytes()[:5].lower() for drawing in drawings]
    assert starts == [b"<!doc", b"<svg ", b"\x89png\r"]
    printed = risk("describe", cohort, "--calibration").stdout
    assert f"of {sum(found['targets'].values())} targets within" in printed
    assert "Held out: " in printed
    assert "On a plan, by age, % of those on a plan\n  Under 1" in printed


def test_describe_counts_what_each_agency_s_concerns_came_to(folder):
    rows = json.loads(risk("describe", str(folder), "--shared", "--json").stdout)["rows"]
    assert list(rows[0]) == ["agency", "concerns", "shared", "screened_out", "referred", "assessed"]
    printed = risk("describe", str(folder), "--shared").stdout
    assert "Health visitor" in printed
    assert "were never shared with children's services" in " ".join(printed.split())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("COHORT", "--calibration"), "unknown scenario with published figures 'norfolk_review'"),
        (("COHORT", "--calibration", "--out", "x.pdf"), "kind of picture 'pdf'"),
        (("COHORT", "--out", "x.svg"), "only what --calibration finds"),
        (("england_2014", "--calibration"), "only for a cohort's folder"),
        (("england_2014", "--shared"), "only for a cohort's folder"),
        (("COHORT", "--shared", "--patterns"), "ask for one at a time"),
    ],
)
def test_what_cannot_be_calibrated_is_refused_with_the_reason(folder, tmp_path, words, says):
    done = risk("describe", *(str(folder) if w == "COHORT" else w for w in words), cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_pack_is_made_of_a_case_of_an_invented_child_and_of_ones_own_chronology(folder, tmp_path):
    case = risk("pack", "norfolk_review", cwd=tmp_path)
    assert case.returncode == 0, case.stderr
    assert "norfolk_review.html" in case.stdout
    assert "Two children, from 2010" in (tmp_path / "norfolk_review.html").read_text(encoding="utf-8")

    written = Cohort.read(folder).record.events_by_child().group_by("child_id").len().sort("len", "child_id")
    child = str(written["child_id"][-1])
    assert risk("pack", str(folder), "--child", child, "--out", str(tmp_path / "child.html")).returncode == 0
    assert "Invented case." in (tmp_path / "child.html").read_text(encoding="utf-8")

    (tmp_path / "own.csv").write_text("date,agency,kind,what\n2014-06,HV,hunger,x\n", encoding="utf-8")
    own = risk("pack", "own.csv", cwd=tmp_path)
    assert (own.returncode, "anonymised" in own.stdout) == (0, True)
    assert "From a chronology of your own." in (tmp_path / "own.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("wilow",), "'willow'"),
        (("{folder}",), "say which child with --child"),
        (("willow", "--child", "7"), "only for a cohort's folder"),
        (("own.csv", "--out", "own.csv"), "must end in .html"),
        (("nowhere.csv",), "no such file"),
    ],
)
def test_a_pack_that_cannot_be_made_is_one_clear_message(folder, tmp_path, words, says):
    done = risk("pack", *(word.format(folder=folder) for word in words), cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []
