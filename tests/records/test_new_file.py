"""Files and folders of ours: whole or absent, through no link, over nothing, and nothing left beside them."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from command import risk
from conftest import simulated
from risk.core.errors import InputError
from risk.export.csv_tables import write_csv
from risk.export.database import write_duckdb
from risk.export.excel import write_xlsx
from risk.records import draft as drafts
from risk.records import place
from risk.records.draft import COHORT, RUN, draft_of, unfinished, whole_or_absent
from risk.records.new_file import whole_file, write, write_text
from risk.records.place import LONGEST_NAME, check_free, rename, sync_folder

RUN_OF_OURS = {"command": "test"}
as_anybody = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_file_that_is_there_stays_unless_its_replacing_is_asked_for(tmp_path):
    path = tmp_path / "a.html"
    path.write_text("mine")
    for force, rest in ((None, "nothing is overwritten"), (False, "or replace it with --force")):
        with pytest.raises(InputError, match=f"already exists; give a file that does not, {rest}"):
            write_text(path, "other", force=force)
    assert path.read_text() == "mine"
    write_text(path, "other", force=True)
    assert (path.read_text(), names(tmp_path)) == ("other", ["a.html"])


def test_a_file_that_came_meanwhile_stays_too(tmp_path):
    path = tmp_path / "a.html"

    def two_at_once() -> None:
        with whole_file(path) as draft:
            draft.write_text("other")
            path.write_text("mine")

    with pytest.raises(InputError, match="File exists"):
        two_at_once()
    assert (path.read_text(), names(tmp_path)) == ("mine", ["a.html"])


@pytest.mark.parametrize("force", [None, True])
def test_no_link_is_written_through(tmp_path, force):
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    (tmp_path / "page.html").symlink_to(mine)
    (tmp_path / ".page.html.part").symlink_to(mine)
    if force:
        write(tmp_path / "page.html", b"other", force=True)
        assert not (tmp_path / "page.html").is_symlink()
    else:
        with pytest.raises(InputError, match="already exists"):
            write(tmp_path / "page.html", b"other")
    assert mine.read_text() == "mine"


def test_a_link_to_nowhere_is_something_that_is_there(tmp_path):
    (tmp_path / "page.html").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="already exists"):
        write(tmp_path / "page.html", b"other")
    assert not (tmp_path / "nowhere").exists()


def test_a_link_where_the_lock_is_kept_is_refused(tmp_path):
    (tmp_path / "mine").write_text("mine")
    (tmp_path / ".a.html.lock").symlink_to(tmp_path / "mine")
    with pytest.raises(InputError, match="is a link, where a run keeps its lock"):
        write(tmp_path / "a.html", b"x")
    assert (tmp_path / "mine").read_text() == "mine"


@pytest.mark.parametrize("inside", ["", COHORT, "parts", "scratch"])
def test_a_link_in_the_place_of_a_draft_is_refused_and_what_it_leads_to_is_left(tmp_path, inside):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine").touch()
    draft = draft_of(tmp_path / "c")
    if inside:
        (draft / COHORT).mkdir(parents=True)
        (draft / RUN).write_text('{"command": "test"}')
        if inside == COHORT:
            (draft / COHORT).rmdir()
        (draft / inside).symlink_to(elsewhere)
    else:
        (elsewhere / RUN).write_text('{"command": "test"}')
        draft.symlink_to(elsewhere)
    with pytest.raises(InputError, match="is a link"), whole_or_absent(tmp_path / "c", RUN_OF_OURS):
        pass
    assert (elsewhere / "mine").exists()


def test_the_name_of_what_is_not_yet_whole_cannot_be_foretold(tmp_path):
    seen = set()
    for number in range(3):
        with whole_file(tmp_path / f"{number}.xml") as draft:
            seen.add(draft.parent.name.split(".")[-2])
            assert os.name == "nt" or draft.parent.stat().st_mode & 0o077 == 0
            draft.touch()
    assert len(seen) == 3


def killed(tmp_path: Path, call: str) -> None:
    """Write `a.xml`, or the folder `a`, in a process that is killed at a call of the operating system's."""
    code = (
        "import os, shutil, signal, sys; from pathlib import Path; from risk.records import new_file, draft\n"
        f"def die(*_, **__): os.kill(os.getpid(), {int(signal.SIGKILL)})\n"
        f"{call} = die\n"
        f"new_file.write(Path({str(tmp_path)!r}) / 'a.xml', b'x')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=False)


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
@pytest.mark.parametrize(("call", "whole"), [("os.link", False), ("new_file.sync_folder", True)])
def test_what_a_killed_run_left_is_gone_after_the_next(tmp_path, call, whole):
    killed(tmp_path, call)
    assert (tmp_path / "a.xml").exists() == whole
    assert len(names(tmp_path)) == 2 + whole  # a lock, a folder of its own
    if whole:
        with pytest.raises(InputError, match="already exists"):
            write(tmp_path / "a.xml", b"y")
    else:
        write(tmp_path / "a.xml", b"y")
    assert names(tmp_path) == ["a.xml"]


def test_what_a_run_left_that_was_killed_after_its_last_rename_is_gone_when_it_is_asked_for_again(tmp_path):
    folder = tmp_path / "c"
    folder.mkdir()
    draft_of(folder).mkdir()
    (draft_of(folder) / RUN).write_text('{"command": "test"}')
    (tmp_path / ".c.lock").touch()
    with pytest.raises(InputError, match="already exists"), whole_or_absent(folder, RUN_OF_OURS):
        pass
    assert names(tmp_path) == ["c"]


def test_a_folder_of_another_name_that_looks_like_a_draft_is_left_alone(tmp_path):
    for name in (".a.xml.abcdefg.new", ".b.xml.abcdefgh.new", "a.xml.abcdefgh.new", ".a.xml.part"):
        (tmp_path / name).mkdir()
    write(tmp_path / "a.xml", b"x")
    assert len(names(tmp_path)) == 5


@pytest.mark.parametrize("path", ["", ".", "..", "/", "a/.."])
def test_a_path_that_names_nothing_is_refused(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for ask in (check_free, draft_of, unfinished):
        with pytest.raises(InputError, match="names no"):
            ask(Path(path))


@pytest.mark.parametrize("name", ["n" * 300, "ü" * 150, "n" * (LONGEST_NAME + 1), "a\0b"])
def test_a_name_no_file_system_takes_is_refused_before_the_work(name, tmp_path):
    with pytest.raises(InputError, match="cannot be written") as found:
        check_free(tmp_path / name)
    assert len(str(found.value)) <= 500
    with pytest.raises(InputError, match="cannot be written"), whole_or_absent(tmp_path / name, RUN_OF_OURS):
        pass


def test_the_longest_name_that_is_taken_can_be_written(tmp_path):
    write(tmp_path / ("n" * LONGEST_NAME), b"x")
    with whole_or_absent(tmp_path / ("m" * LONGEST_NAME), RUN_OF_OURS):
        pass
    assert names(tmp_path) == ["m" * LONGEST_NAME, "n" * LONGEST_NAME]


def test_a_place_below_a_file_is_refused_before_the_work(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="file is not a folder"):
        check_free(tmp_path / "file" / "deep" / "below.xml")


@as_anybody
def test_a_folder_that_may_not_be_written_is_refused_before_the_work(tmp_path):
    (tmp_path / "shut").mkdir(mode=0o500)
    with pytest.raises(InputError, match="Permission denied"):
        check_free(tmp_path / "shut" / "a.xml")


def test_a_drive_that_is_not_there_is_one_message(tmp_path, monkeypatch):
    monkeypatch.setattr(place, "_mode", lambda _: None)
    with pytest.raises(InputError, match="cannot be written: there is no "):
        check_free(tmp_path / "a.xml")


@pytest.mark.parametrize("code", ["EINVAL", "ENOTSUP", "EPERM"])
def test_a_file_system_that_cannot_sync_folders_will_do(tmp_path, monkeypatch, code):
    fsync = os.fsync

    def files_only(handle: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{handle}"):
            raise OSError(getattr(errno, code), code)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", files_only)
    sync_folder(tmp_path)
    write(tmp_path / "a.xml", b"x")
    simulated("norfolk_review", 2, years=1).write(tmp_path / "c")
    assert names(tmp_path) == ["a.xml", "c"]


def test_a_folder_that_a_disk_cannot_sync_is_told(tmp_path, monkeypatch):
    def broken(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output"):
        sync_folder(tmp_path)


def test_a_rename_that_windows_refuses_for_a_moment_is_tried_again(tmp_path, monkeypatch):
    refusals = [PermissionError(13, "in use")] * 2
    rename_now = place._rename

    def held(*words, **more):
        if refusals:
            raise refusals.pop()
        rename_now(*words, **more)

    monkeypatch.setattr(place, "WAITS", (0.0, 0.0, 0.0))
    monkeypatch.setattr(place, "_rename", held)
    (tmp_path / "a").write_text("x")
    rename(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_text() == "x"


def test_a_finished_export_that_cannot_be_renamed_is_kept_and_its_place_told(tmp_path, monkeypatch):
    def held(*_, **__):
        raise PermissionError(13, "Access is denied")

    monkeypatch.setattr(drafts, "rename", held)
    cohort = simulated("norfolk_review", 2, years=1)
    with pytest.raises(
        InputError, match=r"is made, and stands in .*cohort, but cannot be renamed: Access is denied"
    ):
        write_csv([cohort], cohort.made, tmp_path / "out")
    assert (draft_of(tmp_path / "out") / COHORT / "record" / "events.csv").exists()


def test_a_clean_up_that_fails_does_not_hide_what_went_wrong(tmp_path, monkeypatch):
    def held(*_):
        raise PermissionError(13, "in use")

    monkeypatch.setattr(drafts, "_remove", held)
    (draft_of(tmp_path / "c") / COHORT).mkdir(parents=True)
    (draft_of(tmp_path / "c") / RUN).write_text('{"command": "test"}')
    with pytest.raises(ZeroDivisionError), whole_or_absent(tmp_path / "c", RUN_OF_OURS):
        raise ZeroDivisionError


@pytest.mark.parametrize("kept", [False, True])
def test_what_is_kept_is_said_when_something_is(tmp_path, kept):
    def fills_the_disk() -> None:
        with whole_or_absent(tmp_path / "c", RUN_OF_OURS) as draft:
            if kept:
                (draft / "parts" / "part-00000.json").touch()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(InputError, match="No space") as found:
        fills_the_disk()
    assert ("is kept" in str(found.value)) == kept
    assert draft_of(tmp_path / "c").exists() == kept


@pytest.mark.parametrize("content", ["[]", "7", "[" * 100_000, "", "\0", "{"])
def test_a_run_json_that_is_none_is_told(tmp_path, content):
    draft_of(tmp_path / "c").mkdir()
    (draft_of(tmp_path / "c") / RUN).write_text(content)
    with pytest.raises(InputError, match="is not of our making"):
        unfinished(tmp_path / "c")


@pytest.mark.skipif(sys.platform != "linux", reason="where a full disk can be had")
@pytest.mark.parametrize("writer", [write_csv, write_xlsx, write_duckdb])
def test_an_export_on_a_full_disk_is_one_message_and_leaves_nothing(tmp_path, writer):
    code = (
        "import resource, sys; from pathlib import Path; from risk import Scenario, simulate\n"
        f"from risk.export import {writer.__name__} as write; from risk.core.errors import InputError\n"
        "cohort = simulate(Scenario.named('norfolk_review'), households=60, seed=1, years=2)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try: write([cohort], cohort.made, Path(sys.argv[1]))\n"
        "except InputError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "out")], capture_output=True, text=True)
    assert done.stdout.startswith(f"{tmp_path / 'out'}: cannot be written: "), done.stderr
    assert (done.stderr, names(tmp_path)) == ("", [])


def test_what_an_export_left_that_was_killed_after_its_last_rename_is_gone_when_it_is_asked_for_again(
    tmp_path,
):
    folder = tmp_path / "c"
    folder.mkdir()
    draft_of(folder).mkdir()
    (draft_of(folder) / RUN).write_text('{"command": "risk export"}')
    told = risk("export", str(tmp_path), "--format", "csv", "--out", str(folder))
    assert (told.returncode, names(tmp_path)) == (2, ["c"]), told.stderr
    assert "already exists" in told.stderr
