"""The extras: packages that only some commands need, and that an install may leave out."""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Final

from risk.core.errors import InputError

EXTRAS: Final = {
    "lab": ("jupyterlab", "IPython"),
    "cluster": ("distributed", "dask"),
    "challengers": ("interpret",),
    "duckdb": ("duckdb",),
}
"""The packages of each extra that we import, by the names they are imported by."""


def installed(extra: str) -> bool:
    """Say whether what an extra brings can be imported here; nothing is imported."""
    return all(find_spec(package) is not None for package in EXTRAS[extra])


def how_to_install(extra: str) -> str:
    """Return the command that installs an extra.

    >>> how_to_install("lab")
    "pip install 'risk-trajectory[lab]'"
    """
    return f"pip install 'risk-trajectory[{extra}]'"


def need_extra(extra: str, what: str, module: str) -> ModuleType:
    """Return a module that needs an extra. Raises InputError that says what needs it, and how to install it.

    what: as the caller knows it, such as an option.

    >>> need_extra("duckdb", "--format duckdb", "json").__name__
    'json'
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRAS[extra]:
            raise
        raise InputError(f"{what} needs what is not installed here: {how_to_install(extra)}") from None
