"""Arguments: what the caller of a public function got wrong, said before anything is done."""

from collections.abc import Iterable
from typing import Any, TypeVar

from risk.core.errors import InputError, shown

Given = TypeVar("Given")


def need(name: str, value: Given, kind: type | tuple[type, ...], instead: str = "") -> Given:
    """Return `value` if it is of the kind needed. Raises InputError that names the argument and its value.

    instead: what the caller may have meant to write.

    >>> need("record", "england_2014", dict)
    Traceback (most recent call last):
    risk.core.errors.InputError: record = 'england_2014' is of type str; dict is needed
    """
    if isinstance(value, kind):
        return value
    kinds = " or ".join(k.__name__ for k in (kind if isinstance(kind, tuple) else (kind,)))
    hint = f": {instead}" if instead else ""
    raise InputError(f"{name} = {shown(value)} is of type {type(value).__name__}; {kinds} is needed{hint}")


def need_whole(name: str, value: object, least: int, most: int | None = None) -> int:
    """Return `value` if it is a whole number in a range. Raises InputError that says the range.

    >>> need_whole("households", 0, 1)
    Traceback (most recent call last):
    risk.core.errors.InputError: households = 0; a whole number of at least 1 is needed
    """
    whole = isinstance(value, int) and not isinstance(value, bool)
    if whole and value >= least and (most is None or value <= most):  # type: ignore[operator]
        return value  # type: ignore[return-value]
    reach = f"of at least {least}" if most is None else f"from {least} to {most}"
    raise InputError(f"{name} = {shown(value)}; a whole number {reach} is needed")


def need_columns(name: str, table: Any, columns: Iterable[str], instead: str = "") -> None:
    """Raise InputError unless `table` is a frame with these columns, naming at most five that it lacks."""
    there = getattr(table, "columns", None)
    if there is None:
        raise InputError(f"{name} = {shown(table)} is of type {type(table).__name__}; DataFrame is needed")
    missing = [column for column in columns if column not in there]
    if missing:
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        hint = f": {instead}" if instead else ""
        raise InputError(f"{name} lacks {', '.join(missing[:5])}{more}{hint}")
