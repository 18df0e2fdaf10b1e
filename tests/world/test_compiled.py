"""The compiling: once a machine, noticing every edit, by one process at a time, and never in the way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from risk.world import compiled

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
