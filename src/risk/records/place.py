"""The place: where a file or a folder is to come, asked before the work, held alone, and named at once.

Nothing that is there is written over, nor through a link, unless a person says so; what a name needs of the
file system, and what some of them lack, is known here.
"""

import errno
import os
import re
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from risk.core.bounded import why
from risk.core.errors import InputError

SCRATCH: Final = ".new"
LONGEST_NAME: Final = 240
"""In bytes; file systems take 255, and a draft's name is a few longer."""

WAITS: Final = (0.1, 0.2, 0.4, 0.8, 1.5, 2.0, 2.0) if os.name == "nt" else ()
"""Seconds: Windows refuses to rename what a scanner, or a person, holds open for a moment."""

CANNOT_SYNC: Final = {
    code
    for name in ("EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EBADF", "EACCES", "EPERM", "ENOTTY")
    if (code := getattr(errno, name, None))
}
"""What file systems that cannot sync a folder say; on them there is nothing to be done about it."""


def check_free(path: Path, noun: str = "file", *, force: bool | None = None) -> None:
    """Raise InputError if nothing can be written at `path`, or something is there already.

    For the beginning of a command: what will not work is found before the work. force: whether a file that
    is there may be replaced; none where that is not offered.
    """
    check_name(path, noun)
    try:
        there = _mode(path)
        if there is not None:
            _refuse(path, noun, there, force)
        _check_above(path)
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(cannot_be_written(path, error)) from None


def check_name(path: Path, noun: str) -> None:
    """Raise InputError for a path that no file or folder can have, nor a draft beside it."""
    if path.name in ("", ".."):
        raise InputError(f"{str(path)!r} names no {noun}: give one that is to be made")
    if "\0" in str(path):
        raise InputError(cannot_be_written(path, ValueError("a name holds no zero byte")))
    if len(os.fsencode(path.name)) > LONGEST_NAME:
        raise InputError(cannot_be_written(path, OSError(errno.ENAMETOOLONG, "File name too long")))


def _mode(path: Path) -> int | None:
    try:
        return path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def _refuse(path: Path, noun: str, mode: int, force: bool | None) -> None:
    if force and noun == "file":
        if stat.S_ISREG(mode) or stat.S_ISLNK(mode):
            return
        raise InputError(f"{path}: is no file; --force replaces files only")
    _clear_after(path, noun)
    rest = "nothing is overwritten" if force is None else "or replace it with --force"
    raise InputError(f"{path}: already exists; give a {noun} that does not, {rest}")


def _clear_after(path: Path, noun: str) -> None:
    """Remove what a run that was killed after its last rename has left of a file."""
    if noun == "file" and (lock_of(path).exists() or left_over(path)):
        with suppress(InputError, OSError), alone(path):
            sweep(path)


def left_over(path: Path) -> list[Path]:
    """Return the folders that runs write a file in, by their names."""
    ours = re.compile(re.escape(prefix(path)) + "[a-z0-9_]{8}" + re.escape(SCRATCH))
    return [p for p in path.parent.iterdir() if ours.fullmatch(p.name) and not p.is_symlink() and p.is_dir()]


def prefix(path: Path) -> str:
    """Return how the name of the folder begins that a file is written in; eight letters follow."""
    return f".{path.name}."


def sweep(path: Path) -> None:
    """Remove what killed runs have left of a file, whose lock is held: none is at work."""
    for place in left_over(path):
        shutil.rmtree(place, ignore_errors=True)


def _check_above(path: Path) -> None:
    """Raise OSError unless the nearest folder that is there may be written into."""
    for above in path.absolute().parents:
        mode = _mode(above)
        if mode is None:
            continue
        if not above.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, f"{above} is not a folder")
        if not os.access(above, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return
    raise FileNotFoundError(errno.ENOENT, f"there is no {path.absolute().anchor}")


def cannot_be_written(path: Path, error: Exception) -> str:
    """Return the message for what the operating system refused."""
    return f"{path}: cannot be written: {why(path, error)}"


def lock_of(path: Path) -> Path:
    """Return where the lock of a place stands while somebody holds it."""
    return path.with_name(f".{path.name}.lock")


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock of a place, which the operating system frees however this process ends.

    Raises InputError if another run holds it.
    """
    held = lock_of(path)
    if held.is_symlink():
        raise InputError(f"{held}: is a link, where a run keeps its lock; remove it")
    lock = FileLock(held)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise InputError(
            f"{path}: another run is writing it; wait until it has ended, or give another name"
        ) from None
    try:
        yield
    finally:
        with suppress(OSError):  # while it is held: whoever has opened the file by now has to ask again
            held.unlink()
        lock.release()


def rename(source: Path, target: Path, *, replace: bool = False) -> None:
    """Give what is whole its name, at once or not at all; wait where something holds it for a moment.

    A file never takes the place of another, unless it may replace it; a link is replaced, not followed.
    """
    for wait in (*WAITS, None):
        try:
            _rename(source, target, replace=replace)
            break
        except PermissionError:
            if wait is None:
                raise
            time.sleep(wait)


def _rename(source: Path, target: Path, *, replace: bool) -> None:
    if replace:
        source.replace(target)
    elif os.name == "nt" or source.is_dir():
        source.rename(target)
    else:
        try:
            os.link(source, target)  # which a file that is there refuses, as a rename does not
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            source.rename(target)


def sync_file(path: Path) -> None:
    """Make a file's content outlive a power cut."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(place: Path) -> None:
    """Make the names in a folder outlive a power cut, where the operating and the file system offer it."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    try:
        handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in CANNOT_SYNC:
            raise
