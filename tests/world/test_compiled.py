"""The compiling: once a machine, noticing every edit, by one process at a time, and never in the way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from risk.core.kinds import CONCERNS, GENERATED_AGENCIES
from risk.world import compiled
from risk.world.scenario import Scenario
from risk.world.simulate.home import MOST_REPORTS
from risk.world.simulate.life import live
from risk.world.simulate.papers import ROOM_FOR_A_WEEK
from risk.world.simulate.weeks import simulate

ENGINE = """
import logging, sys
logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
from risk.world.compiled import compiled, entry

@compiled
def doubled(x):
    return 2 * x

@entry
def live(x):
    return doubled(x) + 1

print(live(3), live(4))
"""


def start(folder: Path, caches: Path, **surroundings: str) -> subprocess.Popen:
    """A process that calls a small engine, written into `folder` as ours would be."""
    (folder / "small.py").write_text(ENGINE, encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, folder / "small.py"],
        env={**os.environ, "NUMBA_CACHE_DIR": str(caches), **surroundings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def words(process: subprocess.Popen) -> list[str]:
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return out.splitlines()


def test_what_one_process_compiles_the_next_one_loads(tmp_path):
    first, second = (words(start(tmp_path, tmp_path / "caches")) for _ in range(2))
    assert [line[:14] for line in first] == ["compiling live", "7 9"]
    assert second == ["7 9"]


def test_two_that_start_at_once_compile_one_after_the_other(tmp_path):
    both = [start(tmp_path, tmp_path / "caches") for _ in range(2)]
    assert [words(process)[-1] for process in both] == ["7 9", "7 9"]
    assert len(list((tmp_path / "caches").rglob("*.nbc"))) == 1


def test_where_nothing_can_be_written_it_is_compiled_all_the_same(tmp_path):
    (tmp_path / "file").touch()
    lines = words(start(tmp_path, tmp_path / "file"))
    assert ["cannot be written" in line for line in lines] == [True, False, False]
    assert lines[-1] == "7 9"


def test_the_same_functions_run_as_they_are_written(tmp_path):
    assert words(start(tmp_path, tmp_path / "caches", NUMBA_DISABLE_JIT="1")) == ["7 9"]
    assert not (tmp_path / "caches").exists()


@pytest.mark.parametrize("edited", ["core/draws.py", "records/schema.py", "world/simulate/weeks.py"])
def test_an_edit_of_any_source_that_the_engine_may_rest_on_is_noticed(tmp_path, edited):
    for name in ("core/draws.py", "records/schema.py", "world/simulate/weeks.py", "model/alarms.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("A = 1\n")
    before = compiled.key(tmp_path)
    (tmp_path / "model/alarms.py").write_text("A = 2\n")
    assert compiled.key(tmp_path) == before
    (tmp_path / edited).write_text("A = 2\n")
    assert compiled.key(tmp_path) != before


def test_only_the_last_used_engines_are_kept(tmp_path):
    for age in range(compiled.KEPT_AT_MOST + 3):
        (tmp_path / str(age)).mkdir()
        os.utime(tmp_path / str(age), (1e9 - age, 1e9 - age))
    compiled._keep_the_last_used(tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {str(age) for age in range(compiled.KEPT_AT_MOST)}


EVENTFUL = {
    "noticing.refuge_after_domestic_abuse": 1,
    "practice.adds_up": 0.7,
    "practice.adds_up_concerns": 2,
    "practice.pressure_swing": 0.5,
    "practice.police_protects": 0.5,
}
TINY = """
import json
from risk import Scenario, simulate
worlds = [
    simulate(Scenario.named("norfolk_review", {eventful}), households=4, seed=1, years=2),
    simulate(Scenario.named("england_2014"), households=12, seed=2**63 + 1, years=1),
]
print(json.dumps([world.content_hashes() for world in worlds]))
"""


def test_the_world_is_the_same_compiled_and_as_it_is_written():
    code = TINY.replace("{eventful}", repr(EVENTFUL))
    hashes = [
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | how, capture_output=True, check=True
        ).stdout
        for how in ({}, {"NUMBA_DISABLE_JIT": "1"})
    ]
    assert hashes[0] == hashes[1]


def test_nothing_is_compiled_again_for_another_scenario_size_seed_or_years():
    for name, change in (("norfolk_review", EVENTFUL), ("england_2025", {}), ("null", {})):
        scenario = Scenario.named(name, change)
        simulate(scenario, households=2, seed=1, years=1)
        simulate(scenario, households=3, seed=2**64 - 1, years=2)
    steps = {"practice.assessment_working_days": [[0, 1], [0.5, 20], [1, 60]]}
    simulate(Scenario.named("quiet", steps), households=1, seed=1, years=1)
    assert len(live.dispatcher.signatures) == 1


def test_there_is_room_for_all_that_can_be_on_its_way_and_all_that_a_week_can_bring():
    a_week = len(CONCERNS) * len(GENERATED_AGENCIES)
    longest_closure = 5  # from before Good Friday or Christmas until offices open
    written_for, told_for = 28 + longest_closure, 2 * (28 + longest_closure)
    on_their_way = a_week * sum(-(-days // 7) + 1 for days in (written_for, told_for))
    assert on_their_way < MOST_REPORTS
    # Each report that comes is answered by one event; what happens this week is a sighting and an event each.
    assert MOST_REPORTS + 2 * a_week + 7 * 20 < ROOM_FOR_A_WEEK
