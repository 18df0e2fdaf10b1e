"""The caches: what can be made again, kept in the user's own folder so that it is made once on a machine."""

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def caches() -> Path:
    """Return the user's folder for what can be made again; NUMBA_CACHE_DIR, if set, stands for it."""
    home = Path.home()
    if sys.platform == "win32":
        usual = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        usual = home / "Library" / "Caches"
    else:
        usual = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return Path(os.environ.get("NUMBA_CACHE_DIR") or usual / "risk-trajectory")


def kept_text(name: str, make: Callable[[], str]) -> str:
    """Return the text that is kept under a name: made, and kept if it can be, where none whole is there.

    name: of a file, with all that the text depends on in it. The file's first line is the digest of the rest:
    one that was cut short or changed is made again.
    """
    place = caches() / name
    with suppress(OSError, ValueError):
        digest, _, kept = place.read_bytes().decode().partition("\n")
        if digest == _digest(kept):
            return kept
    text = make()
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Whole or absent: another process may read it meanwhile.
        handle, draft = tempfile.mkstemp(dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(f"{_digest(text)}\n{text}".encode())
            os.replace(draft, place)
        finally:
            Path(draft).unlink(missing_ok=True)
    return text


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
