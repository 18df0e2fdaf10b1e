"""The public surface: about as many names as one can hold, each with an example that runs, and no mistake unanswered."""

import doctest
import inspect
from dataclasses import replace
from pathlib import Path

import pytest
from sklearn.linear_model import LogisticRegression

import risk
from risk.core.errors import InputError
from risk.world import described

FUNCTIONS = [name for name in risk.__all__ if not inspect.ismodule(getattr(risk, name))]
SCENARIO = risk.Scenario.named("norfolk_review")


def test_the_public_surface_can_be_held():
    assert 20 <= len(risk.__all__) <= 35
    assert set(risk.__all__) <= set(dir(risk))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_public_name_has_an_example_that_runs(name):
    thing = getattr(risk, name)
    examples = doctest.DocTestFinder(recurse=False).find(thing, name, globs={"risk": risk})
    assert any(test.examples for test in examples), f"{name} has no example"
    for test in examples:
        flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        assert doctest.DocTestRunner(verbose=False, optionflags=flags).run(test).failed == 0


def mistakes(cohort, card):
    """Every mistake of the table, and its kin: what is called, and a word that the message must have."""
    record, at = cohort.record, risk.landmarks(cohort.record)
    rows, child = risk.labels(risk.featurise(at, record), cohort.truth), cohort.record.children["child_id"][0]
    unfitted, other = risk.CumulativeScorecard(), LogisticRegression()
    nobody = replace(record, children=record.children.clear())
    plain = risk.CumulativeScorecard().fit([[0], [1]] * 40, [0, 1] * 40)
    return {
        "a name for a scenario": (
            lambda: risk.simulate("england_2014", households=5, seed=1),
            "Scenario.named",
        ),
        "no households": (lambda: risk.simulate(SCENARIO, households=0, seed=1), "households = 0"),
        "no years": (lambda: risk.simulate(SCENARIO, households=5, seed=1, years=0), "years = 0"),
        "half a household": (lambda: risk.simulate(SCENARIO, households=2.5, seed=1), "households = 2.5"),
        "a negative seed": (lambda: risk.simulate(SCENARIO, households=5, seed=-1), "seed = -1"),
        "a name to generate": (lambda: risk.generate("null", "x", households=5, seed=1), "Scenario.named"),
        "no scenario": (lambda: risk.Scenario.named(None), "name = None"),
        "a path that is none": (lambda: risk.Scenario.named(Path("none.toml")), "none.toml"),
        "a cohort that says nothing": (
            lambda: risk.Cohort(record, cohort.truth, {}).write("x"),
            "made lacks",
        ),
        "a cohort to verify": (lambda: risk.verify(cohort), "folder"),
        "a scenario's name to replay": (lambda: risk.replay(cohort, "good_practice"), "Scenario.named"),
        "a cohort for a record": (lambda: risk.landmarks(cohort), "record"),
        "no weeks": (lambda: risk.landmarks(record, every_weeks=0), "every_weeks = 0"),
        "a record for landmarks": (lambda: risk.featurise(record, record), "DataFrame"),
        "bare features": (lambda: risk.featurise(at.drop("landmark_on"), record), "landmark_on"),
        "an unknown viewer": (lambda: risk.featurise(at, record, viewer="polise"), "police"),
        "a cohort for a truth": (lambda: risk.labels(at, cohort), "truth"),
        "a share of 3": (lambda: risk.split(rows, by="household_id", test_share=3, seed=1), "test_share = 3"),
        "fit before labels": (lambda: unfitted.fit(risk.featurise(at, record)), "labels"),
        "fit before features": (lambda: unfitted.fit(at), "featurise"),
        "evaluate on bare features": (lambda: risk.evaluate(risk.featurise(at, record)), "rows_to_judge"),
        "an unknown model": (
            lambda: risk.evaluate(cohort, models={"mine": "logistic"}),
            "'mine' = 'logistic'",
        ),
        "a column without its key": (
            lambda: risk.evaluate(cohort, models={"mine": at["child_id"]}),
            "child_id",
        ),
        "models in a list": (lambda: risk.evaluate(cohort, models=[LogisticRegression()]), "models = "),
        "an unknown dial": (
            lambda: risk.vary(SCENARIO, {"noticing.sharing.police": [1.0]}, measure="removals"),
            "noticing.shares.police",
        ),
        "a dial without values": (
            lambda: risk.vary(SCENARIO, {"noticing.shares.police": []}, measure="removals"),
            "empty",
        ),
        "a pair of other children": (
            lambda: risk.pair(cohort, risk.simulate(SCENARIO, households=5, seed=9)),
            "seed",
        ),
        "an unfitted card": (lambda: risk.trajectory(unfitted, record, child), "not fitted"),
        "another model": (lambda: risk.trajectory(other, record, child), "LogisticRegression"),
        "a card of columns": (lambda: risk.trajectory(plain, record, child), "plain columns"),
        "a cohort's trajectory": (lambda: risk.trajectory(card, cohort, child), "record"),
        "no such child": (lambda: risk.trajectory(card, record, -1), "no child -1"),
        "an unfitted card for a cohort": (lambda: risk.review_cohort(unfitted, cohort), "not fitted"),
        "a record for a cohort": (lambda: risk.review_cohort(card, record), "cohort"),
        "a record for a child's cohort": (lambda: risk.review_child(card, record, child), "cohort"),
        "a card for a trajectory": (lambda: risk.review(card), "path"),
        "a number for a case": (lambda: risk.read_case(7), "name = 7"),
        "a path for a lesson": (lambda: risk.read_lesson(7), "name = 7"),
        "a name for a pack": (lambda: risk.pack("willow"), "read_lesson"),
        "a name for a policy": (lambda: risk.raise_alarms(card.score_table(rows), 22), "AlarmPolicy"),
        "no child-time": (lambda: described([replace(cohort, record=nobody)]), "child-time"),
    }


NAMES = list(mistakes(risk.simulate(SCENARIO, households=5, seed=1), risk.Card.shipped()))


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_gets_one_clear_message(name, norfolk, card):
    wrong, word = mistakes(norfolk, card)[name]
    with pytest.raises(InputError) as mistake:
        wrong()
    assert word in str(mistake.value)
    assert len(str(mistake.value)) <= 500


def test_what_is_shown_of_anything_large_is_a_few_lines(norfolk, card):
    child = norfolk.record.children["child_id"][0]
    path = risk.trajectory(card, norfolk.record, child)
    for thing in (norfolk, norfolk.record, norfolk.truth, SCENARIO, card, path, risk.review(path)):
        assert len(repr(thing)) <= 400
        assert repr(thing).count("\n") <= 3


def test_a_card_shows_itself_whole_in_a_notebook(card):
    shown = card._repr_html_()
    assert all(line in shown for line in card.table()["line"])
