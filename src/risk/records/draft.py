"""The draft: how a folder comes to be whole or absent, whatever stops the run that writes it.

A run works in `.NAME.part`, beside the folder NAME that it is to make. `run.json` says what is being made,
`parts/` which partitions are, `cohort/` holds their files, and `scratch/` what is not written to its end.
When all is there, `cohort/` is renamed to NAME, which happens at once or not at all. A run that was stopped
leaves the draft, and the same run takes up what is in it.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from pydantic_core import from_json

from risk.core.bounded import read_text, why
from risk.core.errors import InputError, shown
from risk.records.place import (
    alone,
    cannot_be_written,
    check_free,
    check_name,
    lock_of,
    rename,
    sync_file,
    sync_folder,
)

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
    draft = draft_of(folder)
    clear_after(folder)
    check_free(folder, "folder")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with alone(folder):
            check_free(folder, "folder")
            _begin(folder, run, anew=restart or not resumable, restart=restart)
            try:
                yield draft
                _sync(draft / COHORT, files=not resumable)
            except BaseException:
                if not (resumable and _holds_parts(draft)):
                    with suppress(OSError):  # which would hide what has gone wrong
                        _remove(draft)
                raise
            _finish(draft, folder)
    except OSError as error:
        kept = "; what is made so far is kept, and the same command goes on from there"
        rest = kept if resumable and _holds_parts(draft) else ""
        raise InputError(f"{cannot_be_written(folder, error)}{rest}") from None


def clear_after(folder: Path) -> None:
    """Remove what a run that was killed after its last rename has left: a lock, a draft without a cohort."""
    draft, lock = draft_of(folder), lock_of(folder)
    if folder.is_dir() and (lock.exists() or draft.exists()):
        with suppress(InputError, OSError), alone(folder):
            if unfinished(folder) is not None and not (draft / COHORT).exists():
                _remove(draft)


def _holds_parts(draft: Path) -> bool:
    with suppress(OSError):
        return any((draft / PARTS).iterdir())
    return False


def draft_of(folder: Path) -> Path:
    """Return where the draft of a folder stands. Raises InputError for a path that names no folder."""
    check_name(folder, "folder")
    return folder.with_name(f".{folder.name}.part")


def unfinished(folder: Path) -> Run | None:
    """Return the run whose draft of `folder` is there; null for none.

    Raises InputError if something else is in the draft's place.
    """
    draft = draft_of(folder)
    if draft.is_symlink():
        raise InputError(f"{draft}: is a link, where a run keeps what it has made so far; remove it")
    with suppress(InputError, ValueError):
        run = from_json(read_text(draft / RUN))
        if isinstance(run, dict):
            return run
    if not draft.exists() or (draft.is_dir() and {p.name for p in draft.iterdir()} <= {f"{RUN}.new"}):
        return None
    raise InputError(
        f"{draft}: stands where a run keeps what it has made so far, and is not of our making: it holds no "
        f"{RUN} of a run; move it away, or give another folder"
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


def _begin(folder: Path, run: Run, *, anew: bool, restart: bool) -> None:
    draft, known = draft_of(folder), unfinished(folder)
    if not (draft / COHORT).is_dir():  # it has its name already, or was never begun
        known = None
    if known is not None and not restart:
        for name in [n for n in {**run, **known} if run.get(n) != known.get(n)][:1]:
            raise InputError(
                f"{folder}: {draft.name} holds an unfinished run with {name} {_quoted(known.get(name))}, "
                f"this one has {_quoted(run.get(name))}; finish that one with its own command, or throw it "
                "away with --restart"
            )
    if known is None or anew:
        _remove(draft)
        draft.mkdir()
        _write(draft / f"{RUN}.new", json.dumps(run, indent=1).encode())
        (draft / f"{RUN}.new").replace(draft / RUN)
    shutil.rmtree(draft / SCRATCH, ignore_errors=True)
    for name in (SCRATCH, PARTS, COHORT):
        if (draft / name).is_symlink():
            raise InputError(f"{draft / name}: is a link, where a run keeps what it has made; remove it")
        (draft / name).mkdir(exist_ok=True)


def _quoted(value: object) -> str:
    return value[:60] if isinstance(value, str) else shown(value)


def _finish(draft: Path, folder: Path) -> None:
    """Give what is whole its name. Whatever goes wrong then, the work is not thrown away."""
    try:
        rename(draft / COHORT, folder)
    except OSError as error:
        where = draft / COHORT
        said = why(folder, error)
        raise InputError(f"{folder}: is made, and stands in {where}, but cannot be renamed: {said}") from None
    with suppress(OSError):  # the folder is whole; what may be left of the draft is known for a draft
        sync_folder(folder.parent)
        _remove(draft)


def _sync(cohort: Path, *, files: bool) -> None:
    for place in [cohort, *cohort.rglob("*")]:
        if place.is_dir():
            sync_folder(place)
        elif files:
            sync_file(place)


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
