"""A concern, and a rule, that are added as CONTRIBUTING says: they are there, and what was made before is read.

Tried on a copy of the package, by an interpreter of its own that runs the world uncompiled. Nothing but the
files that CONTRIBUTING names is changed in it.
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
from risk.reviews.missed.rules import MISSED
from risk.world.simulate.happening import SLOTS
from risk.world.simulate.papers import CONCERNS_IN_ID

PACKAGE = Path(risk.__file__).parent
CONTRIBUTING = PACKAGE.parents[1] / "CONTRIBUTING.md"
WORD, RULE = "unsafe_sleeping", "unsafe_sleeping_again"

SCENARIO = f"""name = "sofas"
extends = "norfolk_review"
title = "Families of whom one concern more may be written down"

[noticing]
incidents_per_year.change = {{ {WORD} = [20.0, 30.0, 40.0, 50.0] }}
severity_shares.change = {{ {WORD} = [0.4, 0.3, 0.2, 0.1] }}
notices.change = {{ health_visitor = {{ {WORD} = 0.9 }}, police = {{ {WORD} = 0.9 }} }}
"""
OF_A_CONCERN = {
    "core/kinds.py": (
        "LATER_CONCERNS: Final[dict[str, str]] = {",
        f'LATER_CONCERNS: Final[dict[str, str]] = {{"{WORD}": "Unsafe sleeping"',
    ),
    "world/scenarios/sofas.toml": ("", SCENARIO),
    "chronologies/synonyms.csv": ("", f"kind,sleeps unsafely,{WORD},in common use\n"),
    "chronologies/phrases.csv": ("", f"kind,between the cushions,{WORD}\n"),
    "chronologies/wordings.csv": ("", f"{WORD},health_visitor,,,,,,,,The baby sleeps on the sofa.\n"),
    "national/returns/cin_codes.csv": ("", f"primary_need,{WORD},N1,an assumption\n"),
}
OF_A_RULE = f'''

def unsafe_sleeping_again(events: pl.DataFrame) -> pl.DataFrame:
    """Return each unsafe sleeping that is written down again within 30 days; on day 31 is none."""
    about = events.filter(ABOUT_THE_CHILD, pl.col("kind") == "{WORD}")
    soon = pl.col("other_last_on") - pl.col("first_on") <= timedelta(days=SOON_DAYS)
    return (
        in_order(about, about)
        .filter("surely", soon)
        .with_columns(
            on=pl.col("other_last_on") + A_DAY,
            to=pl.col("other_last_on") + A_DAY,
            event_ids=pl.concat_list("event_id", "other_event_id"),
            says=pl.lit("Unsafe sleeping was written down again."),
        )
        .select(COLUMNS)
    )


RULES: Final[Rules] = {{
    "{RULE}": Rule(
        "Unsafe sleeping, again",
        "Ask where the baby sleeps, and look.",
        lambda its: unsafe_sleeping_again(its.events),
    ),
'''
CASE = """date,agency,kind,what
2023-03-01,Health visitor,sleeps unsafely,A cushion in the cot
2023-03-31,Health visitor,Unsafe sleeping,On the sofa
2023-05-01,Police,unsafe_sleeping,In the car
"""
TRY = f"""
import json, risk
from risk.chronologies.proposals import proposals
from risk.national.returns.cin_codes import codes
from risk.reviews.missed.rules import RULES

card, sample = risk.Card.shipped(), risk.load_sample("norfolk_review")
cohort = risk.simulate(risk.Scenario.named("sofas"), households=3, seed=1, years=1)
at = risk.featurise(risk.landmarks(cohort.record, every_weeks=13), cohort.record)
of_word = cohort.record.events.filter(kind="{WORD}")
child = cohort.record.children.join(of_word, on="household_id", how="semi")["child_id"][0]
ceiling = risk.knowable(at, cohort.record, risk.Scenario.named("sofas"))["p_knowable"]
case = risk.read_case("case.csv")
review = risk.review(risk.trajectory(card, case.record, case.child_id), case=case)
again = risk.simulate(risk.Scenario.named("norfolk_review"), households=3, seed=1, years=1)
print(json.dumps({{
    "sample": sample.content_hashes(),
    "again": again.content_hashes(),
    "points": card.table().to_dict(as_series=False),
    "remade": risk.Scenario.of_cohort(sample.made).sha256,
    "written": of_word.height,
    "happened": cohort.truth.incidents.filter(kind="{WORD}").height,
    "counted": int(at.select(c for c in at.columns if "{WORD}" in c).sum().sum_horizontal()[0]),
    "p_known": [ceiling.min(), ceiling.max()],
    "scores": len(card.scores(at)),
    "says": risk.chronology(cohort.record, child)["what"].to_list(),
    "need": codes()["primary_need"]["{WORD}"],
    "read": case.record.events["kind"].cast(str).to_list(),
    "proposed": [p.word for p in proposals("kind", "The baby slept between the cushions.")],
    "missed": review.missed.filter(finding="{RULE}").select("on", "event_ids").to_dicts(),
    "change": RULES["{RULE}"].change,
    "reviewed": risk.review_cohort(card, cohort).height,
}}, default=str))
"""


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """What is said by a copy of the package that has one concern and one rule more."""
    folder = tmp_path_factory.mktemp("grown")
    shutil.copytree(PACKAGE, folder / "risk", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(PACKAGE.parents[1] / "data" / "synthetic", folder / "risk" / "samples")
    for name, (old, new) in OF_A_CONCERN.items():
        change(folder / "risk" / name, old, new)
    change(folder / "risk/reviews/missed/same_again.py", "\n\nRULES: Final[Rules] = {\n", OF_A_RULE)
    (folder / "case.csv").write_text(CASE, encoding="utf-8")
    alone = {"PYTHONPATH": str(folder), "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(
        [sys.executable, "-c", TRY], env=os.environ | alone, capture_output=True, text=True, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def change(path: Path, old: str, new: str) -> None:
    """Put `new` for `old` in a file; for nothing, at its end."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    assert text.count(old) == 1 or not old
    path.write_text(text.replace(old, new) if old else text + new, encoding="utf-8")


def test_only_what_contributing_names_was_changed():
    said = CONTRIBUTING.read_text(encoding="utf-8")
    concern, rule = (said.split(f"\n## {title}")[1].split("\n## ")[0] for title in ("A kind", "A missed"))
    for name in OF_A_CONCERN:
        assert name.replace("sofas.toml", "") in concern
    assert "src/risk/reviews/missed/" in rule


def test_a_new_concern_happens_is_noticed_counted_worded_reviewed_and_read(grown):
    assert grown["written"] > 0
    assert grown["happened"] > 0
    assert grown["counted"] > 0
    assert 0 < grown["p_known"][0] < grown["p_known"][1] < 1
    assert "The baby sleeps on the sofa." in grown["says"]
    assert grown["need"] == "N1"
    assert grown["reviewed"] > 0
    assert grown["read"] == [WORD] * 3
    assert grown["proposed"] == [WORD]


def test_cards_cohorts_and_scenarios_made_before_a_concern_are_read_as_they_were(grown):
    sample = risk.load_sample("norfolk_review")
    made = risk.simulate(risk.Scenario.named("norfolk_review"), households=3, seed=1, years=1)
    assert grown["sample"] == sample.content_hashes()
    assert grown["again"] == made.content_hashes()
    assert grown["remade"] == risk.Scenario.of_cohort(sample.made).sha256
    assert grown["points"] == risk.Card.shipped().table().to_dict(as_series=False)
    assert grown["scores"] > 0


def test_a_rule_that_is_added_in_one_module_finds_names_and_says_what_could_change(grown):
    assert RULE not in MISSED
    assert grown["missed"] == [{"on": "2023-04-01", "event_ids": [0, 1]}]
    assert grown["change"] == "Ask where the baby sleeps, and look."


def test_there_is_room_for_two_concerns_more():
    assert len(CONCERNS) + 2 <= min(int(SLOTS), CONCERNS_IN_ID)
