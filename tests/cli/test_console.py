"""What reaches the terminal, and how a command ends that cannot go on: one line, a status, and nothing obeyed."""

import errno
import io
import json
import logging
import os
import subprocess
import sys
from datetime import date
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from command import risk
from risk import cli
from risk.cli import console
from risk.core.errors import MOST_LETTERS, InputError, brief, seen, shown

start = import_module("risk.cli.start")
BAD = "\x1b[31m\x07\x9b2J\u202egnp\r\x00"


def ends(monkeypatch, error: BaseException):
    """A command of ours that fails so."""

    def fails(*_, **__):
        raise error

    monkeypatch.setattr(import_module("risk.records"), "verify", fails)
    return risk("verify", "x")


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 2, "risk: No space left on device"),
        (PermissionError(errno.EACCES, "Permission denied", "shut/a"), 2, "risk: shut/a: Permission denied"),
        (MemoryError(), 2, "risk: the memory of this machine is not enough"),
        (
            ZeroDivisionError("division by zero"),
            1,
            "risk: a fault of ours: ZeroDivisionError in test_console.py, line ",
        ),
        (RecursionError("too deep"), 1, "risk: a fault of ours: RecursionError"),
        (pl.exceptions.ComputeError("x\ny"), 1, "risk: a fault of ours: ComputeError"),
        (BaseException("as a panic of Rust's"), 1, "risk: a fault of ours: BaseException"),
        (BrokenPipeError(), 1, ""),
        (InputError(BAD), 2, "risk: [31m2Jgnp"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_whatever_goes_wrong_is_one_line_and_a_status(monkeypatch, error, status, says):
    done = ends(monkeypatch, error)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.startswith(says)
    assert len(done.stderr.splitlines()) == bool(says)


def test_a_traceback_is_there_for_those_who_ask(monkeypatch):
    monkeypatch.setenv(start.TRACEBACK, "1")
    with pytest.raises(ZeroDivisionError):
        ends(monkeypatch, ZeroDivisionError())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("generate",), "risk: Missing argument 'scenario' (see risk generate --help)"),
        (("verify", "--nosuch" + BAD), "risk: No such option: --nosuch"),
        (("generate", "null", "--out", "x", "--seed", BAD), "risk: Invalid value for '--seed'"),
        (("nosuch" + "x" * 5_000,), "risk: No such command"),
        (("review", "x" * 5_000), "risk: xxx"),
        (("generate", "null", "--out", "c", "--set", "x=" + "[" * 90_000), "risk: --set x=["),
        (("generate", "null", "--out", "."), "risk: '.' names no folder"),
        (("generate", "null", "--out", ""), "risk: '.' names no folder"),
        (("fit", "x", "--out", "."), "risk: '.' names no file"),
        (("pack", "willow", "--out", "n" * 300 + ".html"), "risk: nnn"),
        (("describe", "x", "--calibration", "--out", "there.svg"), "risk: there.svg: already exists"),
        (("demo", "--out", "there.svg"), "risk: there.svg/demo.html: cannot be written"),
        (("chronology", "new", "nowhere/../.."), "risk: nowhere/../..: must end in"),
    ],
)
def test_a_mistake_is_short_and_clean_and_found_before_the_work(words, says, tmp_path):
    (tmp_path / "there.svg").touch()
    done = risk(*words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(says)
    assert len(done.stderr) <= MOST_LETTERS + 60
    assert seen(done.stderr) == done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["there.svg"]


def test_what_is_there_is_replaced_when_force_says_so(tmp_path):
    out = tmp_path / "case.csv"
    for force, status in (((), 0), ((), 2), (("--force",), 0)):
        done = risk("chronology", "write", "norfolk_review", "--out", str(out), *force)
        assert done.returncode == status, done.stderr
    assert "or replace it with --force" in risk("chronology", "new", str(out)).stderr


def test_no_table_title_or_sentence_shows_what_a_terminal_obeys(capsys):
    table = pl.DataFrame({f"a{BAD}": [f"b{BAD}", None], "n": [1, 2]})
    cli.print_table(table, f"title {BAD}")
    console.say(f"a sentence {BAD}")
    console.complain(BAD)
    shown_here = "".join(capsys.readouterr())
    assert "title [31m2Jgnp" in shown_here
    assert seen(shown_here) == shown_here


def test_a_file_in_which_somebody_hid_a_command_is_shown_without_it(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        f"date,agency,kind,what\n2014,school,hunger,x{BAD[:-1]}\n2013,nobody{BAD[:5]},x,y\n", encoding="utf-8"
    )
    for words in (("review", str(path)), ("chronology", "check", str(path))):
        done = risk(*words)
        assert seen(done.stdout + done.stderr) == done.stdout + done.stderr


@pytest.mark.parametrize("length", [10, 500, 501, 100_000, 10_000_000])
def test_a_message_of_any_length_keeps_its_beginning_and_its_end(length):
    message = brief("a.csv: " + "x" * length + "; the rule")
    assert len(message) <= MOST_LETTERS
    assert message.startswith("a.csv: x")
    assert message.endswith("; the rule")


def test_a_list_of_problems_is_kept_line_by_line_to_an_end():
    lines = brief("\n".join(f"row {n} " + "x" * 1_000 for n in range(1_000))).splitlines()
    assert len(lines) == 30
    assert all(len(line) <= 250 for line in lines)
    assert "more lines" in lines[-1]


def test_what_is_quoted_is_short_whatever_it_is():
    deep: list = []
    for _ in range(5_000):
        deep = [deep]
    for value in (deep, 10**5_000, "x" * 10**6, {"a": [1] * 10**5}):
        assert len(shown(value)) <= 60


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="where a full disk can be had")
@pytest.mark.parametrize("words", [("--help",), ("review", "norfolk_review"), ("describe", "null", "--json")])
def test_output_on_a_full_disk_is_one_line_and_status_2(words):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "risk", *words], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1, done.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "cp850", "ascii"])
def test_a_pipe_that_knows_few_letters_gets_the_nearest(monkeypatch, encoding):
    pipe = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", pipe)
    console.begin()
    pipe.write("✗ fails, – and • and “…” 漢")
    pipe.flush()
    text = pipe.buffer.getvalue().decode(encoding)
    assert text.startswith("x fails, ")
    assert text.endswith("?")
    assert text.count("?") == 1


def test_only_the_console_prints():
    for path in Path(cli.__file__).parents[1].rglob("*.py"):
        if path != Path(console.__file__):
            source = path.read_text(encoding="utf-8")
            assert not any(word in source for word in ("sys.stdout", "sys.stderr", "Console(", 'print("')), (
                path
            )


@pytest.mark.parametrize("n", [0, 1, 3])
def test_a_list_that_is_written_row_by_row_is_the_same_document(n, capsys, monkeypatch):
    rows = [
        {"child_id": i, "on": date(2014, 3, i + 1), "said": 'a\n "rows": []', "more": [1, {}]}
        for i in range(n)
    ]
    about = {"about": "x", "inside": {"rows": [], "list": [1]}}
    stream = io.StringIO()
    monkeypatch.setattr(console, "out", SimpleNamespace(file=stream))
    console.print_json(about | {"rows": rows})
    console.print_json(about, rows=iter(rows))
    whole, row_by_row = stream.getvalue().split("\n}\n")[:2]
    assert whole == row_by_row
    assert json.loads(whole + "}")["rows"] == json.loads(json.dumps(rows, default=str))


def test_what_the_package_says_while_it_works_is_heard_on_a_terminal_and_warnings_anywhere(
    capsys, monkeypatch
):
    console.begin()
    log = logging.getLogger("risk.world.compiled")
    log.info("compiling live")
    assert capsys.readouterr().err == ""
    log.warning("nothing can be kept")
    assert capsys.readouterr().err == "risk: nothing can be kept\n"
    monkeypatch.setattr(console, "err", console.Shown(stderr=True, highlight=False, force_terminal=True))
    log.info("compiling live")
    assert "compiling live" in capsys.readouterr().err


def test_where_there_is_no_memory_even_to_complain_a_line_that_was_there_before_is_written(
    monkeypatch, capfd
):
    def none_left(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(start, "get_command", none_left)
    monkeypatch.setattr(start, "complain", none_left)
    with pytest.raises(SystemExit) as left:
        start.main()
    assert left.value.code == 2
    assert capfd.readouterr().err == start.NO_MEMORY.decode()
