"""The persons: which children a chronology is about, and whom each row means; asked where it is not sure.

Numbers, letters and spellings of one child are one child ("C1", "Child 1"), and an unborn child is the baby
that comes after it. What is about an adult is about no child, and two names that are nearly one are asked
about: a sibling whom nobody meant would take half of a child's record away.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from typing import Final

from risk.chronologies.synonyms import EVERYBODY, meant, plain
from risk.core.errors import InputError

Names = dict[str, tuple[str, date | None]]
"""The children by their names as they are compared: how each is written, and its day of birth if known."""

HEADINGS: Final = frozenset({"who", "who is who", "role", "relationship", "relationship to child"})
"""Of a column that says who the one named in a row is: the child, a sibling, an adult."""

ADULTS: Final = frozenset(
    [
        "mother",
        "mum",
        "mam",
        "mummy",
        "father",
        "dad",
        "daddy",
        "parent",
        "parents",
        "adult",
        "carer",
        "carers",
        "guardian",
        "stepfather",
        "stepmother",
        "stepdad",
        "stepmum",
        "grandmother",
        "grandfather",
        "grandparent",
        "grandparents",
        "grandma",
        "grandad",
        "nan",
        "nana",
        "mgm",
        "mgf",
        "pgm",
        "pgf",
        "aunt",
        "uncle",
        "partner",
        "boyfriend",
        "girlfriend",
        "ex",
        "mr",
        "mrs",
        "ms",
        "miss",
        "foster",
        "lodger",
        "neighbour",
        "mo",
        "fa",
    ]
)
"""A name that holds one of these words is an adult's."""

ROLES: Final = {
    **dict.fromkeys(("child", "the child", "subject", "subject child", "index child"), "child"),
    **dict.fromkeys(("sibling", "brother", "sister", "brother or sister", "other child"), "sibling"),
    **dict.fromkeys(("adult", "parent", "mother", "father", "carer", "grandparent", "partner"), "adult"),
}
"""What a column Who may say."""

SUBJECT: Final = frozenset(
    [
        "child",
        "the child",
        "subject",
        "subject child",
        "the subject",
        "index child",
        "focus child",
        "this child",
    ]
)
NUMBERS: Final = {
    word: str(i) for i, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight"], 1)
}
CODE: Final = re.compile(r"(?:child|ch|c|sibling|sib|s|yp|subject) ?([a-z]|\d{1,2})")
UNBORN: Final = re.compile(r"(?:the )?(?:unborn|ub|ubb)\b.*|(?:the )?(?:new ?born )?baby")
SEVERAL: Final = re.compile(r"\s*(?:;|,|/|&|\+|\band\b)\s*")
A_RANGE: Final = re.compile(
    r"(?:children|child|siblings|c) ?\w{1,2} ?(?:-|–|to) ?(?:child|c)? ?\w{1,2}", re.I
)
NEAR: Final = 0.85
NAME: Final = "write the child's name"


def same_name(name: str) -> str:
    """Return a name as it is compared: child one, Child 1, child-1 and C1 are one.

    >>> same_name("C1") == same_name("Child One") == same_name("CHILD 1")
    True
    """
    words = re.sub(r"\bno\b|\bnumber\b", " ", plain(name)).split()
    joined = " ".join(NUMBERS.get(word, word) for word in words)
    found = CODE.fullmatch(joined)
    if found is None:
        return joined
    return f"{'sibling' if joined.startswith('s') and not joined.startswith('su') else 'child'} {found[1]}"


def is_adult(name: str) -> bool:
    """Return whether a name is an adult's, by the words in it."""
    return not ADULTS.isdisjoint(plain(name).split())


@dataclass
class Persons:
    """Who is who. declared: the children whom a sheet's heading names, whom it is about first.

    children: all of them, with their days of birth. asked: by the name as written, what is not sure.
    """

    declared: Names
    roles: dict[str, str] = field(default_factory=dict)
    children: Names = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)

    def child(self, written: str) -> str | None:
        """Return the child whom a name in a row means; None for the whole household."""
        key = self._key(written)
        return self.children[key][0] if key in self.children else None

    def _key(self, written: str) -> str:
        key = same_name(written)
        if key not in self.children and self.children:
            if key in SUBJECT:
                return next(iter(self.children))
            if UNBORN.fullmatch(key):
                return next((k for k in self.children if UNBORN.fullmatch(k)), key)
        return key


def is_several(name: str) -> bool:
    """Return whether a cell means several, or all: the whole household."""
    if meant("child", name) == EVERYBODY or A_RANGE.fullmatch(name.strip()):
        return True
    return len([part for part in SEVERAL.split(name) if part]) > 1


def settled(declared: Names, named: Iterable[tuple[str, str]], child: str | None = None) -> Persons:
    """Return who is who in a chronology, and what has to be asked.

    declared: from its heading. named: of each row that names one person, the name and what a column Who says,
    or nothing. child: the name of whom it is about, chosen by the reader. Raises InputError for a child whom
    nobody names.
    """
    said: dict[str, str] = {}
    names: dict[str, str] = {}
    for name, who in named:
        names.setdefault(same_name(name), name)
        if role := ROLES.get(plain(who)):
            said[same_name(name)] = role
    persons = Persons({same_name(name): (name, born) for name, born in declared.values()}, said)
    persons.children = dict(persons.declared)
    chosen = None if child is None else same_name(child)
    for key, name in names.items():
        _settle(persons, key, name, chosen)
    _ask_for_absent(persons, names, chosen)
    _ask_for_near(persons, names)
    _put_first(persons, child, chosen)
    return persons


def _settle(persons: Persons, key: str, name: str, chosen: str | None) -> None:
    """Add a name of the rows to the children; an adult is none, and asked about unless somebody said so."""
    role, children = persons.roles.get(key, ""), persons.children
    if key in children or role == "adult":
        return
    if is_adult(name) and not role and key != chosen:
        persons.asked[name] = (
            f"an adult, not a child; {NAME}, leave the cell empty for the whole household, or say adult in a "
            "column Who"
        )
    elif key in SUBJECT and children:
        return
    elif UNBORN.fullmatch(key) and not role and key != chosen:
        _settle_unborn(persons, key, name)
    else:
        children[key] = (name, None)


def _settle_unborn(persons: Persons, key: str, name: str) -> None:
    """Add an unborn child, or the baby that it became; where it may be a child with a name, ask."""
    children = persons.children
    before = next((k for k in children if UNBORN.fullmatch(k)), None)
    if before is not None:
        if not re.match(r"(?:the )?un?b", key) and before not in persons.declared:
            children[key] = (name, None)  # born by now: the later name is the child's
            del children[before]
        return
    if persons.declared:
        others = " or ".join(name for name, _ in children.values())
        persons.asked[name] = (
            f"may be {others} before the birth, or another child; {NAME}, or say sibling in a column Who"
        )
        return
    children[key] = (name, None)


def _ask_for_absent(persons: Persons, names: dict[str, str], chosen: str | None) -> None:
    """Ask who is meant, where the heading's child stands in no row and the rows name others."""
    subject = next(iter(persons.declared), None)
    strangers = [
        key
        for key in names
        if key in persons.children and key not in persons.declared and key not in persons.roles
    ]
    if subject is None or not strangers or chosen is not None:
        return
    present = any(persons._key(name) == subject for name in names.values())
    if not present:
        name = persons.declared[subject][0]
        persons.asked.setdefault(
            names[strangers[0]],
            f"is this {name}, whom the heading names and no row does, or another child? {NAME.capitalize()}, "
            "say child or sibling in a column Who, or choose with --child",
        )


def _ask_for_near(persons: Persons, names: dict[str, str]) -> None:
    """Ask about two names that are nearly one; children of one heading are two."""
    keys = list(persons.children)
    for i, one in enumerate(keys):
        for other in keys[i + 1 :]:
            both_known = all(key in persons.declared or key in persons.roles for key in (one, other))
            if not both_known and are_near(one, other):
                key = other if other in names else one
                near = persons.children[one if key == other else other][0]
                ask = f"nearly the name of {near}: one child or two? Write one name for one child, or say "
                persons.asked.setdefault(names.get(key, key), f"{ask}sibling in a column Who")


def are_near(one: str, other: str) -> bool:
    """Return whether two names, as they are compared, may be one child's: a letter more, or a surname more.

    >>> are_near("amy", "amy b"), are_near("child 1", "child 2")
    (True, False)
    """
    if one == other or re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    if CODE.fullmatch(one) and CODE.fullmatch(other):
        return False
    shorter, longer = sorted((one.split(), other.split()), key=len)
    if longer[: len(shorter)] == shorter:
        return True
    return len(one) > 3 and SequenceMatcher(None, one, other).ratio() >= NEAR


def _put_first(persons: Persons, child: str | None, chosen: str | None) -> None:
    """Put the child first whom the reader chose, or whom a column Who says."""
    first = chosen or next((key for key, role in persons.roles.items() if role == "child"), None)
    if first is None:
        return
    if first in SUBJECT and persons.children:
        return
    if first not in persons.children and chosen is not None:
        if persons.children:
            known = ", ".join(name for name, _ in persons.children.values())
            raise InputError(f"--child {str(child)[:60]}: no such child; the chronology names {known}")
        persons.children[first] = (str(child), None)
    if first in persons.children:
        persons.children = {first: persons.children[first], **persons.children}


def one_each(children: Iterable[tuple[str, date | None]]) -> tuple[Names, dict[str, str]]:
    """Return the children of several accounts, each once, and by every name the one that it is kept under.

    Raises InputError for two names that may be one child's.
    """
    kept: Names = {}
    for name, born_on in children:
        key = same_name(name)
        if key in kept:
            kept[key] = (kept[key][0], kept[key][1] or born_on)
            continue
        near = next((other for other in kept if are_near(key, other)), None)
        if near is not None:
            raise InputError(
                f"{name[:60]} and {kept[near][0][:60]} may be one child: write one name in both files"
            )
        kept[key] = (name, born_on)
    return kept, {key: name for key, (name, _) in kept.items()}
