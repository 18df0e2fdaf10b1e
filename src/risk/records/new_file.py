"""The new file: how a file of ours comes to be whole or absent, whatever stops the run that writes it.

It is written in a folder of its own beside its place, with a name that nobody can foretell, and is renamed
when it is all on the disk. What a run that was killed has left is removed by the next one.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from risk.core.errors import InputError
from risk.records.place import (
    SCRATCH,
    alone,
    cannot_be_written,
    check_free,
    prefix,
    rename,
    sweep,
    sync_file,
    sync_folder,
)


@contextmanager
def whole_file(path: Path, *, force: bool | None = None) -> Iterator[Path]:
    """Give a place to write a file at; rename it to `path` when the work inside succeeded.

    Raises InputError, with nothing changed, if `path` is there, or if another run is writing it. Raises
    InputError if the file cannot be written, for instance on a full disk. The folder that the file is
    written in may hold what its writer puts beside it, and is removed with it.

    force: whether a file that is there may be replaced; none where that is not offered.
    """
    check_free(path, force=force)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with alone(path):
            check_free(path, force=force)
            sweep(path)
            scratch = Path(tempfile.mkdtemp(prefix=prefix(path), suffix=SCRATCH, dir=path.parent))
            try:
                yield scratch / path.name
                sync_file(scratch / path.name)
                rename(scratch / path.name, path, replace=bool(force))
                with suppress(OSError):  # it is whole and has its name: a run that says no would be wrong
                    sync_folder(path.parent)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        raise InputError(cannot_be_written(path, error)) from None


def write_text(path: Path, text: str, *, force: bool | None = None) -> Path:
    """Write a text whole or not at all, as UTF-8 with its own ends of lines, and return its path."""
    return write(path, text.encode("utf-8"), force=force)


def write(path: Path, content: bytes, *, force: bool | None = None) -> Path:
    """Write a file whole or not at all, and return its path. Raises InputError as `whole_file` does.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write(Path(folder) / "a.txt", b"one").read_bytes()
    b'one'
    """
    with whole_file(path, force=force) as draft:
        draft.write_bytes(content)
    return path
