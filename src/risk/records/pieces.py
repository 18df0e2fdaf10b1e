"""The pieces: what workers write, a partition each, of one file that is put together in their order."""

import shutil
from pathlib import Path
from uuid import uuid4


def new_piece(scratch: Path, content: bytes) -> Path:
    """Write a piece into a folder that is thrown away with the draft, and return where it is."""
    piece = scratch / uuid4().hex
    piece.write_bytes(content)
    return piece


def append_piece(piece: Path, file: Path, *, has_heading: bool = False) -> None:
    """Put a piece at the end of a file, and remove it.

    has_heading: whether its first line names the columns, which stand in the file once.
    """
    is_first = not file.exists()
    with piece.open("rb") as written, file.open("ab") as whole:
        if has_heading and not is_first:
            written.readline()
        shutil.copyfileobj(written, whole)
    piece.unlink()
