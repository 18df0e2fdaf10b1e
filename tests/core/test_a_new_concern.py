"""A new concern: two files and its words, and everything that was made before stays readable.

Tried on a copy of the package, uncompiled: one line in `core/kinds.py`, one scenario, and a row in two tables of words.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import risk
from risk.core.kinds import CONCERNS
from risk.world.simulate.happening import SLOTS
from risk.world.simulate.papers import CONCERNS_IN_ID

WORD = "unsafe_sleeping"
SCENARIO = f"""
name = "with_a_new_concern"
extends = "norfolk_review"
title = "Families of whom one concern more may be written down"

[noticing.incidents_per_year]
value = {{ {WORD} = [20.0, 30.0, 40.0, 50.0] }}
unit = "incidents a year"
source = "an assumption"

[noticing.severity_shares]
value = {{ {WORD} = [0.4, 0.3, 0.2, 0.1] }}

[noticing.notices]
value = {{ health_visitor = {{ {WORD} = 0.9 }}, police = {{ {WORD} = 0.9 }} }}
"""
CASE = "date,agency,kind,what\n2023-03-01,Health visitor,unsafe sleeping,The baby slept on the sofa\n"
TRY = """
import json, sys, risk
from risk.core.kinds import CONCERNS
def hashes(scenario):
    cohort = risk.simulate(risk.Scenario.named(scenario), households=3, seed=1, years=1)
    return cohort, cohort.content_hashes()
said = {"before": hashes("norfolk_review")[1], "sample": risk.load_sample("norfolk_review").content_hashes()}
card = risk.Card.shipped()
said["points"] = [sum(map(int, row)) for row in card.points][:len(CONCERNS)]
if len(sys.argv) > 1:
    cohort, _ = hashes(sys.argv[1])
    kinds, word = cohort.record.events["kind"].cast(str), list(CONCERNS)[-1]
    said["written"] = int((kinds == word).sum())
    said["noticed"] = int((cohort.truth.incidents["kind"].cast(str) == word).sum())
    at = risk.featurise(risk.landmarks(cohort.record, every_weeks=12), cohort.record)
    counts = at.select(c for c in at.columns if c.startswith(f"n_{word}_"))
    said["counted"] = int(counts.sum_horizontal().sum())
    ceiling = risk.knowable(at, cohort.record, risk.Scenario.named(sys.argv[1]))["p_knowable"]
    said["ceiling"] = [ceiling.min(), ceiling.max()]
    case = risk.read_case(sys.argv[2])
    said["case"] = case.record.events["kind"].cast(str).to_list()
print(json.dumps(said))
"""


def tried(package: Path, *words: str) -> dict:
    """What a fresh interpreter finds that imports the package from this folder."""
    surroundings = {**os.environ, "PYTHONPATH": str(package), "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(
        [sys.executable, "-c", TRY, *words], env=surroundings, capture_output=True, text=True, cwd=package
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def add(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """A copy of the package with one concern more, beside a scenario in which it happens."""
    folder = tmp_path_factory.mktemp("grown")
    source = Path(risk.__file__).parent
    shutil.copytree(source, folder / "risk", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(source.parents[1] / "data" / "synthetic", folder / "risk" / "samples")
    later = "LATER_CONCERNS: Final[dict[str, str]] = {"
    add(folder / "risk/core/kinds.py", later, f'{later}"{WORD}": "Unsafe sleeping"')
    row = "primary_need,criminality_at_address"
    add(folder / "risk/national/returns/cin_codes.csv", row, f"primary_need,{WORD},N5,an assumption\n{row}")
    (folder / "mine.toml").write_text(SCENARIO, encoding="utf-8")
    (folder / "case.csv").write_text(CASE, encoding="utf-8")
    return folder


def test_a_new_concern_moves_nothing_that_was_made_before_and_is_written_counted_and_read(grown):
    before, after = tried(Path(risk.__file__).parents[1]), tried(grown, "mine.toml", "case.csv")
    assert after["before"] == before["before"]
    assert after["sample"] == before["sample"]
    assert after["points"] == [*before["points"], 0]
    assert after["written"] > 0
    assert after["noticed"] >= after["written"]
    assert after["counted"] > 0
    assert 0 < after["ceiling"][0] < after["ceiling"][1] < 1
    assert after["case"] == [WORD]


def test_there_is_room_for_as_many_concerns_as_there_are():
    assert len(CONCERNS) <= min(int(SLOTS), CONCERNS_IN_ID)
