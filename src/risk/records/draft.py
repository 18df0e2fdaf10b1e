"""The draft: how a folder, or a file, comes to be whole or absent, whatever stops the run that writes it.

A run works in `.NAME.part`, beside the folder NAME that it is to make. `run.json` says what is being made,
`parts/` which partitions are, `cohort/` holds their files, and `scratch/` what is not written to its end.
When all is there, `cohort/` is renamed to NAME, which happens at once or not at all. A run that was stopped
leaves the draft, and the same run takes up what is in it. A single file has a draft of the same name, which
no run takes up.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from filelock import FileLock, Timeout

from risk.core.errors import InputError

COHORT: Final = "cohort"
PARTS: Final = "parts"
SCRATCH: Final = "scratch"
RUN: Final = "run.json"

Run = dict[str, Any]


@contextmanager
def whole_or_absent(
    folder: Path, run: Run, *, resumable: bool = True, restart: bool = False
) -> Iterator[Path]:
    """Give a draft to work in; rename its `cohort/` to `folder` when the work inside succeeded.

    Raises InputError, with nothing changed, if `folder` is there, if another run is writing it, if there is
    a draft of another run, or a folder in the draft's place that is no draft of ours. Raises InputError if
    a file cannot be written, for instance on a full disk.

    run: what tells this run from others; equal runs make equal files. resumable: whether to go on from the
    same run's draft, and to leave one, once it holds a partition. restart: throw any run's draft away.
    """
    _refuse_if_there(folder)
    draft = draft_of(folder)
    kept = "; what is made so far is kept, and the same command goes on from there" if resumable else ""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            _refuse_if_there(folder)
            _begin(folder, run, anew=restart or not resumable, restart=restart)
            try:
                yield draft
                _finish(draft, folder)
            except BaseException:
                if not resumable or not any((draft / PARTS).iterdir()):
                    _remove(draft)
                raise
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {error.strerror or error}{kept}") from None


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a place to write a file at; rename it to `path` when the work inside succeeded.

    Raises InputError, with nothing changed, if `path` is there, if another run is writing it, or if a folder
    stands in the draft's place. Raises InputError if the file cannot be written, for instance on a full disk.
    """
    _refuse_if_there(path, "file")
    draft = draft_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path):
            _refuse_if_there(path, "file")
            if draft.is_dir():
                raise InputError(f"{draft}: stands where {path.name} is drafted; move it away")
            try:
                yield draft
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from None


def draft_of(folder: Path) -> Path:
    """Return where the draft of a folder stands."""
    return folder.with_name(f".{folder.name}.part")


def unfinished(folder: Path) -> Run | None:
    """Return the run whose draft of `folder` is there; null for none.

    Raises InputError if something else is in the draft's place.
    """
    draft = draft_of(folder)
    with suppress(FileNotFoundError, NotADirectoryError, ValueError):
        run: Run = json.loads((draft / RUN).read_text(encoding="utf-8"))
        return run
    if not draft.exists() or (draft.is_dir() and {p.name for p in draft.iterdir()} <= {f"{RUN}.new"}):
        return None
    raise InputError(
        f"{draft}: stands where a run keeps what it has made so far, and is not of our making: it holds no "
        f"{RUN}; move it away, or give another folder"
    )


def write_whole(draft: Path, path: str, data: bytes) -> None:
    """Write a file of the draft to its end, and onto the disk, before it has its name."""
    scratch, target = draft / SCRATCH / uuid4().hex, draft / path
    _write(scratch, data)
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch.replace(target)


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _refuse_if_there(path: Path, noun: str = "folder") -> None:
    if path.exists():
        raise InputError(f"{path}: already exists; give a {noun} that does not, nothing is overwritten")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which the operating system frees however this process ends."""
    path = folder.with_name(f".{folder.name}.lock")
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise InputError(
            f"{folder}: another run is writing it; wait until it has ended, or give another folder"
        ) from None
    try:
        yield
    finally:
        with suppress(OSError):  # while it is held: whoever has opened the file by now has to ask again
            path.unlink()
        lock.release()


def _begin(folder: Path, run: Run, *, anew: bool, restart: bool) -> None:
    draft, known = draft_of(folder), unfinished(folder)
    if not (draft / COHORT).is_dir():  # it has its name already, or was never begun
        known = None
    if known is not None and not restart:
        for name in [n for n in {**run, **known} if run.get(n) != known.get(n)][:1]:
            raise InputError(
                f"{folder}: {draft.name} holds an unfinished run with {name} {known.get(name)}, this one has "
                f"{run.get(name)}; finish that one with its own command, or throw it away with --restart"
            )
    if known is None or anew:
        _remove(draft)
        draft.mkdir()
        _write(draft / f"{RUN}.new", json.dumps(run, indent=1).encode())
        (draft / f"{RUN}.new").replace(draft / RUN)
    shutil.rmtree(draft / SCRATCH, ignore_errors=True)
    for name in (SCRATCH, PARTS, COHORT):
        (draft / name).mkdir(exist_ok=True)


def _finish(draft: Path, folder: Path) -> None:
    cohort = draft / COHORT
    for place in [cohort, *(p for p in cohort.rglob("*") if p.is_dir())]:
        _sync(place)
    cohort.rename(folder)
    with suppress(OSError):  # the folder is whole; what may be left of the draft is known for a draft
        _sync(folder.parent)
        _remove(draft)


def _remove(draft: Path) -> None:
    """Remove a draft so that, wherever this is stopped, what is left is still known for one."""
    if not draft.exists():
        return
    for place in [p for p in draft.iterdir() if p.name != RUN]:
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink()
    (draft / RUN).unlink(missing_ok=True)
    draft.rmdir()


def _sync(place: Path) -> None:
    """Make the names in a folder outlive a power cut, where the operating system offers it."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_text(path: Path, text: str) -> Path:
    """Write a text whole or not at all, and return its path."""
    return write(path, text.encode("utf-8"))


def write(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all, and return its path."""
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None
    return path
