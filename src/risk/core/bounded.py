"""Bounded: how every file that a person gives us is read: as a file, to a limit, and as text.

What is no regular file would be waited for without end; what is too large, too deep or too long a number
would take the memory of the machine before anybody has looked at it. Each is refused by what it is.
"""

import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any, Final

from risk.core.errors import InputError, shown

DEEPEST: Final = 32
"""Levels of lists and tables in each other, a name with dots among them; what we read needs six."""

LONGEST_WORD: Final = 100
"""Letters of a bare name, or digits of a number."""

MOST_BYTES: Final = 1 << 18
"""Of a text that a person writes: a card, a scenario, a lesson, what a draft says of its run."""

MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
"""What editors on Windows put before a text, and how it is written then."""

TOKEN: Final = re.compile(  # nothing is tried twice (*+), so that a text costs as much as it is long
    r'"""(?:\\.|"{1,2}(?!")|[^"\\])*+(?:"{3,5})?'  # a text of several lines
    r"|\'\'\'(?:\'{1,2}(?!\')|[^\'])*+(?:\'{3,5})?"
    r'|"(?:\\.|[^"\\\n])*+"?'  # of one
    r"|\'[^\'\n]*+\'?"
    r"|\#[^\n]*+|[\w+\-]++|[\[\]{}.]|\s++|.",  # a remark, a bare word, what opens and closes, the rest
    re.DOTALL,
)


def read_bytes(path: Path | str, most: int = MOST_BYTES, too_large: str = "") -> bytes:
    """Return what is in a file. Raises InputError if there is none, or it is no file, or over `most` bytes.

    too_large: what such a file may be, and what to do about it.
    """
    try:
        # Not waiting: what is at the other end of a pipe may never write.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with open(path, "rb", opener=lambda name, _: os.open(name, flags)) as file:
            there = os.fstat(file.fileno())
            _check_regular(path, there.st_mode)
            data = file.read(min(most, max(there.st_size, MOST_BYTES)) + 1)  # what is asked for is reserved
    except IsADirectoryError:
        raise InputError(f"{path}: is a folder, not a file") from None
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{path}: no such file") from None
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: cannot be read: {why(path, error)}") from None
    if len(data) > most:
        size = f"{most >> 20} MB" if most >> 20 else f"{most:,} bytes"
        raise InputError(f"{path}: over {size}{too_large and f'; {too_large}'}")
    return data


def _check_regular(path: Path | str, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise InputError(f"{path}: is a pipe or a device, not a file; save what it gives, and give that")


def why(path: Path | str, error: Exception) -> str:
    """Return why the operating system refused a file, in one sentence."""
    said = getattr(error, "strerror", None) or str(error).splitlines()[0]
    if isinstance(error, PermissionError) and str(path).lower().endswith((".xlsx", ".xlsm", ".csv", ".xls")):
        return f"{said}; if it is open in Excel, close it there"
    return said


def read_text(path: Path | str, most: int = MOST_BYTES, too_large: str = "") -> str:
    """Return the text in a file, as `read_bytes` and `text_of` do."""
    return text_of(read_bytes(path, most, too_large), str(path))


def text_of(data: bytes, source: str) -> str:
    r"""Return the text that bytes hold: UTF-8, or with a mark what the mark says. Raises InputError else.

    >>> text_of(b"\xff\xfea\x00", "card.json")
    'a'
    """
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding).replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        known = encoding.removesuffix("-sig").upper()
        raise InputError(f"{source}: byte {error.start} is not {known}; save it as a UTF-8 text") from None


def toml_of(text: str, source: str) -> dict[str, Any]:
    """Return what a text in TOML says. Raises InputError for none, or one too deep to be a person's.

    >>> toml_of("a." * 40 + "b = 1", "mine.toml")
    Traceback (most recent call last):
    risk.core.errors.InputError: mine.toml, row 1: over 32 levels of lists, tables and names with dots
    """
    check_depth(text, source)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{source}: not a TOML file: {error}") from None


def check_depth(text: str, source: str) -> None:
    """Raise InputError for TOML that goes deeper than `DEEPEST`, or has a word over `LONGEST_WORD`."""
    depth = dots = 0
    row = 1
    for token in TOKEN.findall(text):
        if token in "[{":
            depth += 1
        elif token in "]}":
            depth -= 1
        elif token == ".":
            dots += 1
        elif token[0].isspace() or token[0] in "#\"'":
            dots = 0 if "\n" in token else dots
        elif not (token[0].isalnum() or token[0] in "_+-"):
            dots = 0
        elif len(token) > LONGEST_WORD:
            raise InputError(f"{source}, row {row}: {shown(token)} has over {LONGEST_WORD} letters or digits")
        if depth + dots > DEEPEST:
            raise InputError(
                f"{source}, row {row}: over {DEEPEST} levels of lists, tables and names with dots"
            )
        row += token.count("\n")
