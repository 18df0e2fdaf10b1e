"""What SECURITY.md promises is held by the tests that it names."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parent
PROMISES = (TESTS.parent / "SECURITY.md").read_text(encoding="utf-8")


def test_every_test_that_a_promise_names_is_there():
    named = re.findall(r"`([a-z_/0-9]+\.py)(?:::(test_\w+))?`", PROMISES.replace("`benchmarks/", "` "))
    for file, test in named:
        functions = ast.parse((TESTS / file).read_text(encoding="utf-8")).body
        assert not test or test in [f.name for f in functions if isinstance(f, ast.FunctionDef)], (file, test)
    assert len(named) >= 20


def test_every_promise_names_a_test():
    promises = PROMISES.split("## What is promised")[1].split("## What is not promised")[0]
    bullets = re.split(r"\n- ", promises)[1:]
    assert [bullet for bullet in bullets if "→" not in bullet] == []
