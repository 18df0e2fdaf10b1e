"""Every other process that we start: from one place, blind to the folder it starts in, and bounded."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import risk
from risk.core import interpreter
from risk.core.errors import InputError
from risk.core.interpreter import answer
from risk.core.pool import Pool

SOURCE = Path(risk.__file__).parent
STARTERS = {
    *("subprocess", "multiprocessing", "concurrent.futures", "asyncio", "pty", "popen2", "joblib", "loky"),
    *("os.system", "os.popen", "os.fork", "os.forkpty", "os.startfile", "os.posix_spawn", "os.posix_spawnp"),
    *(f"os.{how}{ending}" for how in ("spawn", "exec") for ending in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
    *("ProcessPoolExecutor", "LocalCluster", "Popen"),
}  # fmt: skip


def starters(source: str) -> set[str]:
    """What in a module's syntax tree may start a process: imports, attributes and names, dotted."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {
                node.module or "",
                *(f"{node.module}.{a.name}" for a in node.names),
                *(a.name for a in node.names),
            }
        elif isinstance(node, ast.Attribute):
            found |= {ast.unparse(node)}
        elif isinstance(node, ast.Name):
            found |= {node.id}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {node.value}  # as import_module would be given it
    return {name for name in found for start in STARTERS if name == start or name.startswith(f"{start}.")}


def test_one_module_starts_processes_and_no_other():
    for path in SOURCE.rglob("*.py"):
        if path != Path(interpreter.__file__):
            assert starters(path.read_text(encoding="utf-8")) == set(), path


@pytest.mark.parametrize(
    "line",
    [
        "import subprocess",
        "from multiprocessing import Pool",
        "import multiprocessing.pool",
        "from concurrent import futures",
        "import os; os.system('x')",
        "from os import popen",
        "import os; os.execvp('x', [])",
        "import_module('subprocess')",
        "from distributed import LocalCluster",
    ],
)
def test_no_other_way_to_start_one_is_overlooked(line):
    assert starters(line)


@pytest.fixture
def planted(tmp_path, monkeypatch):
    """A working directory that holds a module of every name that a child may look for."""
    names = (
        "polars",
        "numpy",
        "multiprocessing",
        "importlib",
        "random",
        "lazy_loader",
        "risk",
        "json",
        "resource",
    )
    for name in names:
        code = f"open({str(tmp_path / 'ran')!r}, 'a').write({name!r}); raise SystemExit('planted')"
        (tmp_path / f"{name}.py").write_text(code, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "ran"


def test_a_child_does_not_look_into_the_folder_it_starts_in(planted):
    assert answer("risk.core.errors", "at", "a.csv", "7") == "a.csv, row 7"
    assert interpreter.run(["-c", "import polars, random"], {}) == 0
    assert not planted.exists()


def test_workers_do_not_look_into_the_folder_they_start_in(planted):
    code = (
        "from risk.core.pool import Pool; import operator\n"
        "if __name__ == '__main__': print(list(Pool(2).each(operator.neg, [1, 2])))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)
    assert (done.stdout.strip(), planted.exists()) == ("[-1, -2]", False), done.stderr


def test_the_module_run_by_name_does_not_look_into_the_folder_it_starts_in(planted):
    for file in planted.parent.iterdir():
        if file.stem not in (
            "polars",
            "numpy",
            "random",
        ):  # what Python runs there before a line of ours is run
            file.unlink()
    done = subprocess.run(
        [sys.executable, "-m", "risk", "review", "norfolk_review", "--json"], capture_output=True
    )
    assert (done.returncode, planted.exists()) == (0, False), done.stderr


def test_what_is_around_us_is_as_before_once_workers_have_begun():
    before = dict(os.environ)
    assert list(Pool(2).each(abs, [-1, -2])) == [1, 2]
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    ("module", "function", "words"),
    [
        ("os", "abort", ()),
        ("risk.core.errors", "no_such", ()),
        ("time", "sleep", ("not a number",)),
    ],
)
def test_a_child_that_fails_answers_nothing(module, function, words):
    assert answer(module, function, *words) is None


def test_a_child_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(interpreter, "MOST_SECONDS", 1)
    monkeypatch.setattr(interpreter, "ASK", "while True: pass")
    assert answer("builtins", "abs") is None


@pytest.mark.skipif(sys.platform != "linux", reason="where the system bounds a process")
@pytest.mark.parametrize("greedy", ["bytearray(4 << 30)", "open('/dev/stdout', 'w').write('x' * 9_000_000)"])
def test_a_child_that_takes_too_much_is_ended(monkeypatch, greedy):
    monkeypatch.setattr(interpreter, "ASK", f"from risk.core.interpreter import bound; bound(); {greedy}")
    assert answer("builtins", "abs") is None


def test_a_child_keeps_no_compiled_module_of_which_its_limit_would_leave_the_beginning(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path))
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    assert interpreter.answer("risk.core.errors", "at", "a.csv") == "a.csv"
    assert list(tmp_path.iterdir()) == []


def test_an_answer_is_one_line_of_printable_words_and_not_long(monkeypatch):
    monkeypatch.setattr(interpreter, "ASK", r"print('one\x1b[2J', end=' '); print('x' * 3_000); print('two')")
    line = answer("builtins", "abs")
    assert line.startswith("one[2J xxx")
    assert "two" not in line


def test_windows_is_asked_for_no_more_workers_than_it_waits_for(monkeypatch):
    asked = []

    class Executor:
        def __init__(self, n, *_, **__):
            asked.append(n)
            raise InputError("enough")

    monkeypatch.setattr(interpreter.sys, "platform", "win32")
    monkeypatch.setattr(interpreter, "ProcessPoolExecutor", Executor)
    with pytest.raises(InputError, match="enough"):
        list(Pool(200).each(abs, range(200)))
    assert asked == [61]
