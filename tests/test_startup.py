"""Nothing heavy is loaded before it is used: what may not be in `sys.modules`, way in by way in."""

import subprocess
import sys

import pytest

HEAVY = {"numpy", "polars", "scipy", "numba", "sklearn", "altair", "dataframely", "pandas", "vl_convert"}
COMMANDS = (
    *("demo", "generate", "verify", "describe", "fit", "evaluate", "review", "pack"),
    *("chronology check", "replay", "export", "lab"),
)


def loaded(code: str) -> set[str]:
    """The heavy libraries that an interpreter has loaded once it has run `code`."""
    code += f"\nimport sys; print('loaded', *({HEAVY!r} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(ran.stdout.splitlines()[-1].split()[1:])


def command(*words: str) -> str:
    """The code of a command, its output thrown away."""
    return (
        f"import contextlib, io, sys; sys.argv = ['risk', *{words!r}]\nfrom risk.cli import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n    main()"
    )


def test_importing_risk_loads_nothing_heavy():
    assert loaded("import risk; dir(risk)") == set()


def test_help_of_any_command_loads_no_numpy():
    asked = [command("--help"), *(command(*words.split(), "--help") for words in COMMANDS)]
    assert loaded("\n".join(asked)) == set()


@pytest.mark.parametrize(
    ("words", "not_loaded"),
    [
        (("review", "norfolk_review"), {"numba", "sklearn", "altair", "pandas", "vl_convert"}),
        (
            ("chronology", "write", "norfolk_review", "--out", "OUT/case.csv"),
            {"numba", "sklearn", "altair", "scipy"},
        ),
        (
            ("generate", "norfolk_review", "--households", "2", "--years", "1", "--out", "OUT/cohort"),
            {"sklearn", "altair", "pandas", "vl_convert"},  # Numba loads SciPy, for its linear algebra
        ),
    ],
    ids=lambda words: words[0] if isinstance(words, tuple) else "",
)
def test_a_command_loads_what_it_runs_and_no_more(words, not_loaded, tmp_path):
    there = loaded(command(*(word.replace("OUT", str(tmp_path)) for word in words)))
    assert "polars" in there
    assert not there & not_loaded


def test_a_worker_loads_little_before_it_knows_what_to_make():
    there = loaded("from risk.world.generation import make_part")
    assert not there & {"scipy", "numba", "sklearn", "altair", "pandas", "vl_convert"}
