"""The extras: every one that we name is one that the project file declares, and is asked for by one sentence."""

import re
import tomllib
from pathlib import Path

import pytest

from risk.core import extras
from risk.core.errors import InputError
from risk.core.extras import EXTRAS, how_to_install, need_extra

ROOT = Path(__file__).parents[2]
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
    "optional-dependencies"
]


def test_every_extra_that_a_command_may_ask_for_is_declared():
    assert set(EXTRAS) <= set(DECLARED)


@pytest.mark.parametrize("extra", EXTRAS)
def test_what_needs_an_extra_says_so_in_one_sentence_with_the_command(extra, monkeypatch):
    def absent(name):
        raise ModuleNotFoundError(name=f"{EXTRAS[extra][0]}.deeper")

    monkeypatch.setattr(extras, "import_module", absent)
    with pytest.raises(InputError, match=re.escape(how_to_install(extra))) as refused:
        need_extra(extra, "--this", "it")
    assert str(refused.value).count("\n") == 0


def test_a_fault_of_ours_is_no_missing_extra(monkeypatch):
    def absent(name):
        raise ModuleNotFoundError(name="risk.core.gone")

    monkeypatch.setattr(extras, "import_module", absent)
    with pytest.raises(ModuleNotFoundError):
        need_extra("duckdb", "--this", "it")
