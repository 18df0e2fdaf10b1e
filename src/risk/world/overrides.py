"""The overrides: assumptions changed by their dotted names, such as noticing.shares.police = 1.0.

A name goes down from the group as the scenario's file does: to an assumption, to an entry of its table, or
to a place in its list, counted from 0. What a value may be is the scenario's to say, not ours.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

from risk.core.bounded import toml_of
from risk.core.errors import InputError, shown

FIXED_DEPTH: Final = 2
"""Names of groups and assumptions are fixed; below them a table may have any word of its vocabulary."""

NEAR: Final = 0.75
ENDING: Final = re.compile(r"(ing|es|ed|s|e)$")
SHORTEST: Final = 3
"""Letters of a word that tells a meaning."""


def settings(words: Iterable[str]) -> dict[str, Any]:
    """Return the values, by dotted name, of words such as "practice.assesses.2=0.9"; values as in TOML.

    Raises InputError for a word without "=", a value that is no TOML, and a name given twice.
    """
    chosen: dict[str, Any] = {}
    for word in words:
        key, equals, text = (part.strip() for part in word.partition("="))
        if not equals or not key:
            raise InputError(f"--set {word}: give KEY=VALUE, as in noticing.shares.police=1.0")
        if key in chosen:
            raise InputError(f"--set {word}: {key} is already set, to {chosen[key]!r}; a name is set once")
        try:
            parsed = toml_of(f"value = {text}", "--set")
        except InputError:
            parsed = {}
        if set(parsed) != {"value"}:
            rule = "numbers stand bare, lists in [brackets], tables as { key = value }, words in quotes"
            raise InputError(f"--set {shown(word)[1:-1]}: {shown(text)} is no value of TOML; {rule}")
        chosen[key] = parsed["value"]
    return chosen


def put(values: dict[str, Any], key: str, value: Any) -> None:
    """Change the value of one dotted name in place.

    A row or an entry that the table has not is added: the scenario knows its vocabulary. Raises InputError
    for an unknown name, with the nearest ones wherever they stand, and for a place that a list has not.
    """
    inside: Any = values
    steps = key.split(".")
    for depth, step in enumerate(steps):
        last = depth == len(steps) - 1
        if isinstance(inside, dict) and step and (step in inside or depth >= FIXED_DEPTH):
            place: str | int = step
            if not last and step not in inside:
                inside[step] = {}
        elif isinstance(inside, list):
            place = _place(inside, step, steps[:depth], key)
        else:
            raise InputError(_unknown(values, key, steps[:depth], step))
        if last and depth:
            inside[place] = value
            return
        inside = inside[place]
    raise InputError(f"{key} is a group; set one of its assumptions: {', '.join(values[key])}")


def value_at(values: Any, key: str) -> Any:
    """Return the value of a dotted name that is there."""
    for step in key.split("."):
        values = values[int(step) if isinstance(values, list) else step]
    return values


def leaves(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Give the dotted name and the value of everything that is no table, in order; lists are whole."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _place(inside: list[Any], step: str, above: list[str], key: str) -> int:
    if not step.isdecimal() or int(step) >= len(inside):
        name = ".".join(above)
        raise InputError(
            f"{key}: {name} has no {step!r}; it is a list of {len(inside)}, from {name}.0 to "
            f"{name}.{len(inside) - 1}"
        )
    return int(step)


def _unknown(values: dict[str, Any], key: str, above: list[str], step: str) -> str:
    """Return the message for a name that is not there: those near in meaning in any group, or its group's."""
    names = list(dict.fromkeys(name for leaf, _ in leaves(values) for name in _with_tables(leaf)))
    where = f"{'.'.join(above)} has no {step!r}; " if above else ""
    near = _near(key, names)
    if near:
        return f"{key}: {where}unknown name {key!r}; the nearest valid word is {' or '.join(map(repr, near))}"
    word = key.rsplit(".", 1)[-1]
    same = [name for name in names if name.endswith(f".{word}")]
    beside = [f"{above[0]}.{name}" for name in values[above[0]]] if above else list(values)
    return f"{key}: {where}unknown name {key!r}; valid words are {', '.join(same or beside)}"


def _near(key: str, names: list[str]) -> list[str]:
    """Return at most three names that may have been meant: by a slip of the pen, or by a word they share.

    Groups are left out of the comparison: half of the letters are theirs, and anything would look near.
    """
    tails = [_tail(name) for name in names]
    tail = _tail(key)
    slips = get_close_matches(tail, list(dict.fromkeys(tails)), n=3, cutoff=NEAR)
    if not slips and "." in key:
        meant = _stems(tail)
        slips = [t for t in dict.fromkeys(tails) if meant and meant <= _stems(t)]
    of_tail = [name for t in slips for name, own in zip(names, tails, strict=True) if own == t]
    return sorted(of_tail, key=lambda name: (slips.index(_tail(name)), name.count(".")))[:3]


def _tail(name: str) -> str:
    return name.partition(".")[2] or name


def _stems(tail: str) -> set[str]:
    """Return a name's words without their endings: sharing is near to shares."""
    return {stem for word in re.split(r"[._]", tail) if len(stem := ENDING.sub("", word)) >= SHORTEST}


def _with_tables(leaf: str) -> Iterator[str]:
    """Give the dotted names of an assumption, of the tables in it, and of the leaf itself."""
    steps = leaf.split(".")
    yield from (".".join(steps[:n]) for n in range(FIXED_DEPTH, len(steps) + 1))
