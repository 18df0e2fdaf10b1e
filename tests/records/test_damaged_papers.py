"""Papers that nobody should send: read, or refused in a sentence; never a traceback, whatever stands in them."""

import json
import shutil

import pytest
from hypothesis import HealthCheck, given, settings

from command import risk
from fuzz_papers import READERS, RECIPE, changed, good, made, outcome
from risk.records.draft import RUN, draft_of
from risk.world.generation import generate
from risk.world.scenario import Scenario


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return made(tmp_path_factory.mktemp("made"))


@pytest.mark.parametrize("kind", READERS)
def test_a_paper_with_words_changed_is_read_or_refused_in_a_sentence(kind, cohort, tmp_path_factory):
    folder = cohort if kind == "manifest" else tmp_path_factory.mktemp("fuzz")
    text = good(cohort)[kind]

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(changed(text))
    def survive(data):
        outcome(kind, data, folder)

    survive()
    path = folder / "datapackage.json"
    if kind == "manifest":
        path.write_text(text, encoding="utf-8")
        assert outcome(kind, text.encode(), folder) == "read"


@pytest.fixture(scope="module")
def draft(tmp_path_factory):
    """What a run leaves that was stopped after its only part."""

    def stopped(_):
        raise KeyboardInterrupt

    folder = tmp_path_factory.mktemp("stopped") / "c"
    with pytest.raises(KeyboardInterrupt):
        generate(Scenario.named("norfolk_review"), folder, **RECIPE, on_part=stopped)
    return draft_of(folder)


@pytest.mark.parametrize("size", ["x", 0, -1, 2.5, True, [], {"a": 1}, "2", None])
def test_a_draft_whose_parts_have_no_size_is_one_sentence(draft, tmp_path, size):
    shutil.copytree(draft, draft_of(tmp_path / "c"))
    run = json.loads((draft / RUN).read_text())
    (draft_of(tmp_path / "c") / RUN).write_text(json.dumps({**run, "households_a_part": size}))
    words = [f"--{name}={value}" for name, value in RECIPE.items()]
    told = risk("generate", "norfolk_review", *words, f"--out={tmp_path / 'c'}")
    assert (told.returncode, told.stderr.count("\n")) == (2, 1), told.stderr
    assert "--restart" in told.stderr
