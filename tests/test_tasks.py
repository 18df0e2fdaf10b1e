"""The tasks: what people come to do, each in at most fifteen lines of public names, and each of them runs."""

import ast
import runpy
from datetime import date
from pathlib import Path

import polars as pl
import pytest

ROOT = Path(__file__).parents[1]
TASKS = sorted((ROOT / "docs" / "tasks").glob("*.py"))
MOST_LINES = 15
PUBLIC = {"risk", "risk.evaluation", "risk.reviews", "risk.model", "risk.world"}

pytestmark = pytest.mark.skipif(not TASKS, reason="the tasks are not here: not a clone of the project")
every_task = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.stem)


@every_task
def test_a_task_is_short_and_has_public_names_only(task):
    text = task.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    code = [line for line in text.splitlines() if line.strip() and line[0] not in '"#']
    assert len(code) <= MOST_LINES
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "risk":
            assert {node.module, *(f"risk.{alias.name}" for alias in node.names)} <= PUBLIC
        if isinstance(node, ast.Import):
            assert {alias.name for alias in node.names if alias.name.split(".")[0] == "risk"} <= {"risk"}
        if isinstance(node, ast.Attribute):
            assert not node.attr.startswith("_")


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs a task where the project's data are at hand, and whatever it writes is thrown away."""

    def run(name: str) -> tuple[dict, str]:
        (tmp_path / "data").symlink_to(ROOT / "data")
        monkeypatch.chdir(tmp_path)
        return runpy.run_path(str(ROOT / "docs" / "tasks" / f"{name}.py")), capsys.readouterr().out

    return run


def test_own_models_stand_beside_the_card_and_are_drawn(run, tmp_path):
    names, said = run("own_models_against_the_ceiling")
    shares = names["found"].filter(measure="ap_ratio")
    assert {"card", "logistic", "boosting of my own"} <= set(shares["judge"])
    assert "boosting of my own" in said
    assert "boosting of my own" in (tmp_path / "own_models.html").read_text(encoding="utf-8")


def test_twenty_draws_have_intervals_that_hold_their_means(run, tmp_path):
    varied = run("twenty_draws")[0]["varied"]
    assert varied["draws"].unique().to_list() == [20]
    assert (
        varied.select((pl.col("low") <= pl.col("difference")) & (pl.col("difference") <= pl.col("high")))
        .to_series()
        .all()
    )
    assert varied.filter(pl.col("setting") == "1.0")["difference"].max() < 0
    assert "noticing.shares.police" in (tmp_path / "twenty_draws.html").read_text(encoding="utf-8")


def test_the_day_moves_and_is_drawn(run, tmp_path):
    days = run("how_the_day_moves")[0]["days"]["days_later"]
    assert (days < 0).sum() > (days > 0).sum()
    assert "days_later" in (tmp_path / "the_day.html").read_text(encoding="utf-8")


def test_a_committed_cohort_is_loaded_with_its_truth(run):
    cohort = run("load_a_cohort_with_its_truth")[0]["cohort"]
    assert cohort.record.events.height
    assert cohort.truth.harms.height


def test_a_wrong_key_is_answered_with_the_right_one(run):
    names, said = run("own_scenario_with_a_wrong_key")
    assert "the nearest valid word is 'noticing.shares.police'" in said
    assert names["scenario"].values()["noticing"]["shares"]["police"] == 0.5


def test_waits_go_into_survival_analysis_as_they_are(run):
    time, event = run("lead_times_for_lifelines")[0]["columns"]
    assert len(time) == len(event) > 0
    assert (time >= 0).all()
    assert event.dtype == bool


def test_the_model_cards_table_has_each_judge_and_share(run):
    said = run("the_model_cards_table")[1]
    assert all(word in said for word in ("Cumulative scorecard", "Concerns in 52 weeks", "ap_ratio"))


def test_a_caseload_of_50000_events_is_read_whole(run):
    record = run("a_caseload_of_50000_events")[0]["record"]
    assert (record.events.height, record.children.height) == (50_000, 2_000)


def test_every_column_in_pandas_has_its_description_beside_it(run):
    names, _ = run("a_table_in_pandas")
    assert set(names["columns"].index) == set(names["events"].columns)
    assert (names["columns"]["description"].str.len() > 0).all()


def test_a_rule_of_ones_own_finds_what_came_again_within_30_days_and_not_on_day_31(run):
    names, said = run("a_kind_and_a_rule_of_your_own")
    assert names["found"].rows() == [("a", "unsafe sleeping", 30, date(2023, 4, 1))]
    assert names["record"].events["kind"].unique().to_list() == ["supervision"]
    assert "4 events" in said


def test_there_are_ten_tasks():
    assert len(TASKS) == 10
