"""The compiling: plain functions over one household become machine code, once a machine.

`compiled` is for a function that other compiled functions call, `entry` for one that Python calls. What an
entry was compiled to is kept in a folder of the user's own, named by the text of all that it may rest on,
so that no edit is overlooked; workers share it. With NUMBA_DISABLE_JIT=1 the same functions run as they are
written, for a debugger and for coverage.
"""

import hashlib
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, wraps
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any, Final, ParamSpec, TypeVar

import numpy as np
from filelock import FileLock
from llvmlite import binding

from risk.core.caches import caches

P = ParamSpec("P")
R = TypeVar("R")

PACKAGE: Final = Path(__file__).parents[1]
RESTS_ON: Final = ("core", "records", "world")
"""The packages in which the engine is, and from which it may import what is frozen into its code."""

OPTIMISED: Final = 1
"""Numba's level: a higher one takes twice as long to compile, and the code is no faster."""

KEPT_AT_MOST: Final = 8
"""Versions of the engine whose code is kept, the last used."""

log = logging.getLogger(__name__)
"""Says when something is compiled, which takes a while; silent unless whoever runs us wants to hear."""


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function that compiled functions can call; types and shapes are those of its first call."""
    made: Callable[P, R] = _numba().njit(error_model="numpy", no_cfunc_wrapper=True)(function)
    return made


def _numba() -> Any:
    """Return Numba, which takes half a second to load; who only asks what is kept need not wait for it."""
    return import_module("numba")


def entry(function: Callable[P, R]) -> Callable[P, R]:
    """Return a compiled function that Python can call; it is compiled at its first call on this machine.

    Called with other types it would be compiled again: give it arrays and records of the same types always.
    """
    dispatcher: Any = compiled(function)
    if dispatcher is function:  # uncompiled, whole numbers of 64 bits run over as they do in machine code
        plain: Callable[P, R] = np.errstate(over="ignore")(function)
        return plain

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        if not dispatcher.signatures:
            _compile(dispatcher, args)
        result: R = dispatcher(*args, **kwargs)
        return result

    call.dispatcher = dispatcher  # type: ignore[attr-defined]
    return call


def _compile(dispatcher: Any, args: tuple[Any, ...]) -> None:
    """Compile an entry for arguments like these, or load what is kept, by one process at a time."""
    numba, folder, name = _numba(), _folder(), dispatcher.py_func.__name__
    with ExitStack() as until_done:
        if folder is not None:
            with _setting("CACHE_DIR", str(folder)):
                dispatcher.enable_caching()
        if not is_kept(name):
            log.info("compiling %s, once on this machine: up to about 20 seconds", name)
            if folder is not None:
                until_done.enter_context(FileLock(folder / "compiling.lock"))
        with _setting("OPT", type(numba.config.OPT)(OPTIMISED)):
            dispatcher.compile(tuple(numba.typeof(arg) for arg in args))


def is_kept(name: str) -> bool:
    """Return whether an entry of this name has been compiled, on this machine and from these sources."""
    folder = _folder()
    return folder is not None and any(folder.glob(f"*/*.{name}-*.nbi"))


@contextmanager
def _setting(name: str, value: Any) -> Iterator[None]:
    """Hold one of Numba's settings, which are the whole process's, while ours is compiled."""
    config = _numba().config
    before = getattr(config, name)
    setattr(config, name, value)
    try:
        yield
    finally:
        setattr(config, name, before)


@cache
def _folder() -> Path | None:
    """Return the folder in which this engine's code is kept; null where none can be written."""
    everything = caches() / "engine"
    folder = everything / key()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.utime(folder)
        with open(folder / "writable", "wb"):
            pass
    except OSError as error:
        log.warning("%s cannot be written (%s): compiled again by every process", folder, error.strerror)
        return None
    _keep_the_last_used(everything)
    return folder


def key(package: Path = PACKAGE) -> str:
    """Return what the compiled code depends on as one word: the sources, Numba, Python and the processor."""
    digest = hashlib.sha256()
    processor = f"{binding.get_host_cpu_name()} {binding.get_host_cpu_features().flatten()}"
    for word in (version("numba"), np.__version__, python_version(), sys.platform, processor):
        digest.update(f"{word}\0".encode())
    for source in sorted(path for name in RESTS_ON for path in (package / name).rglob("*.py")):
        text = source.read_bytes()
        digest.update(f"{source.relative_to(package).as_posix()}\0{len(text)}\0".encode() + text)
    return digest.hexdigest()[:32]


def _keep_the_last_used(everything: Path) -> None:
    """Remove the code of engines that are long out of use: every edit of a source makes another."""
    with suppress(OSError):
        by_use = sorted(everything.iterdir(), key=lambda folder: folder.stat().st_mtime)
        for folder in by_use[:-KEPT_AT_MOST]:
            shutil.rmtree(folder, ignore_errors=True)
