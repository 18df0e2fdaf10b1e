"""The wordings: how a generated event reads, in words that its agency would write down that day.

They stand in `wordings.csv`, a row a wording: who writes it, of a child of which age, how severe it looked,
whether the child said it, and what must hold beside. Nothing in a wording depends on what was recorded later.
`told` leads in what a child said; `believed` and `not_believed` say how it was taken.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from hashlib import blake2b
from typing import Any, Final, NamedTuple

import polars as pl

from risk.core.data_files import read_table, refused
from risk.core.errors import unknown
from risk.core.kinds import AGENCIES, CATEGORIES, FINDINGS, KINDS, LABELS, REASONS
from risk.records.cohort import Record

FILE: Final = "wordings.csv"
PARTS: Final = ("told", "believed", "not_believed")
NEEDS: Final = ("again", "third", "heard", "younger")
"""Of its agency and of whom it is about: it wrote the kind in the year before; just twice in the month
before; another agency wrote it first of the same day; the child has a small brother or sister there."""

A_YEAR: Final = timedelta(days=365)
A_MONTH: Final = timedelta(days=31)
HALF_A_YEAR: Final = timedelta(days=182)
"""So long no wording of a kind is used again in a home, where there are others."""

AGES_SEEN: Final = {"school": (5, 17), "nursery": (2, 4), "health_visitor": (0, 4), "childline": (8, 17)}
"""In years: whom an agency may mean by "one of the children"."""

SPEAKS_FROM: Final = 4
SMALL_TO: Final = 8
ADULT: Final = 18
PRONOUNS: Final = {
    "male": {"he": "he", "him": "him", "his": "his", "himself": "himself"},
    "female": {"he": "she", "him": "her", "his": "her", "himself": "herself"},
    None: {"he": "they", "him": "them", "his": "their", "himself": "themselves"},
}
SENTENCE: Final = re.compile(r"(^|[.!?] )([a-z])")


class Wording(NamedTuple):
    """One row of the file; `of` is a finding, a category or a reason, and null limits are none."""

    kind: str
    agencies: tuple[str, ...]
    youngest: int
    oldest: int
    least: int
    most: int
    said: bool
    needs: str
    of: str
    text: str


class Child(NamedTuple):
    """A child of the home, and what it is called in the text."""

    child_id: int
    called: str
    born_on: date | None
    sex: str | None

    def age(self, on: date) -> int | None:
        """Return its age in whole years on a day, negative before birth; None where nobody says."""
        if self.born_on is None:
            return None
        return on.year - self.born_on.year - ((on.month, on.day) < (self.born_on.month, self.born_on.day))


def wordings_of(home: Record, called: Mapping[int, str]) -> dict[int, str]:
    """Return by event how it reads: the events of one home, none of which had a text before.

    called: by child_id what each child of the home is called.
    """
    children = [
        Child(child_id, called[child_id], born_on, sex)
        for child_id, born_on, sex in home.children.select("child_id", "born_on", "sex").iter_rows()
    ]
    wrote: dict[tuple[Any, ...], list[date]] = defaultdict(list)
    who_wrote: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    last_used: dict[str, dict[str, date]] = defaultdict(dict)
    texts = {}
    for event in home.events.sort("recorded_on", "event_id").iter_rows(named=True):
        whose = (event["kind"], event["child_id"])
        holds = _before(event["recorded_on"], wrote[(event["agency"], *whose)])
        if who_wrote[(event["occurred_on"], *whose)] - {event["agency"]}:
            holds.add("heard")
        if _minds_a_younger(event, children):
            holds.add("younger")
        texts[event["event_id"]] = _worded(event, children, holds, last_used[event["kind"]])
        wrote[(event["agency"], *whose)].append(event["recorded_on"])
        who_wrote[(event["occurred_on"], *whose)].add(event["agency"])
    return texts


def _before(on: date, days: list[date]) -> set[str]:
    """Return what may be said of earlier records, none of which was written on the day itself."""
    earlier = [day for day in days if day < on]
    again = any(day >= on - A_YEAR for day in earlier)
    third = sum(day >= on - A_MONTH for day in earlier) == 2
    return {word for word, holds in (("again", again), ("third", third)) if holds}


def _minds_a_younger(event: dict[str, Any], children: list[Child]) -> bool:
    """Return whether the child whom an event is about has a small brother or sister that day."""
    ages = {child.child_id: child.age(event["occurred_on"]) for child in children}
    own = ages.get(event["child_id"])
    return own is not None and any(age is not None and 0 <= age < min(own, SMALL_TO) for age in ages.values())


def _worded(event: dict[str, Any], children: list[Child], holds: set[str], last_used: dict[str, date]) -> str:
    """Return how one event reads. last_used: when its home had each wording of its kind; one is added."""
    on, said, event_id = event["occurred_on"], event["disclosed_by_child"], event["event_id"]
    there = [child for child in children if 0 <= _years(child, on) < ADULT]
    whom = [child for child in children if child.child_id == event["child_id"]] or there
    meant = [child for child in whom if event["child_id"] is not None or _may_mean(child, event)]
    ages = [age for child in meant if (age := child.age(on)) is not None]
    fits = [w for w in _listed(event["kind"], event["agency"]) if _fits(w, event, ages) and w.said == said]
    choices = _narrowed(fits, event, holds)
    if not choices:
        return _by_label(event)
    text = _least_worn(_ranked(event_id, choices), event["recorded_on"], last_used)
    last_used[text] = event["recorded_on"]
    if said:
        text = f'{_part("told", event, ages)}: "{text}"{_taken(event, ages)}'
    words = _names(whom, meant)
    filled = text.format(**words)
    if event["child_id"] is not None and words["C"] not in filled and words["C"].startswith(PREFIXED):
        filled = f"About {words['C']}: {filled}"
    return SENTENCE.sub(lambda start: start[1] + start[2].upper(), filled)


PREFIXED: Final = ("brother ", "sister ", "sibling ")
"""How a child is called whom the chronology is not about."""


def _years(child: Child, on: date) -> int:
    age = child.age(on)
    return 0 if age is None else age


def _may_mean(child: Child, event: dict[str, Any]) -> bool:
    """Return whether an agency may mean this child when it writes of the household."""
    youngest, oldest = AGES_SEEN.get(event["agency"], (0, ADULT))
    if event["disclosed_by_child"]:
        youngest = max(youngest, SPEAKS_FROM)
    return youngest <= _years(child, event["occurred_on"]) <= oldest


def _fits(wording: Wording, event: dict[str, Any], ages: list[int]) -> bool:
    """Return whether a wording may be written of a child of one of these ages, of an event as severe."""
    of_any_age = (wording.youngest, wording.oldest) == (0, ADULT)
    if not of_any_age and not any(wording.youngest <= age <= wording.oldest for age in ages):
        return False
    return event["severity"] is None or wording.least <= event["severity"] <= wording.most


def _least_worn(ranked: list[str], on: date, last_used: dict[str, date]) -> str:
    """Return the first that this home has not had in half a year, else the one that it had longest ago."""
    fresh = (text for text in ranked if last_used.get(text, date.min) <= on - HALF_A_YEAR)
    return next(fresh, None) or min(ranked, key=lambda text: last_used[text])


def _narrowed(fits: list[Wording], event: dict[str, Any], holds: set[str]) -> list[str]:
    """Return the wordings that say most of what an event is: of its finding, and of what came before."""
    of = {event["finding"], event["category"], event["reason"]}
    fits = [w for w in fits if w.of in of] or [w for w in fits if not w.of]
    fits = [w for w in fits if w.agencies] or fits
    for only in ("heard", "third"):
        if only in holds and (chosen := [w.text for w in fits if w.needs == only]):
            return chosen
    return [w.text for w in fits if not w.needs or w.needs in holds & {"again", "younger"}]


def _ranked(event_id: int, texts: Iterable[str]) -> list[str]:
    """Return texts in an order of the event's own: a new row of the file moves no other pair."""
    return sorted(texts, key=lambda text: blake2b(f"{event_id} {text}".encode(), digest_size=8).digest())


def _part(kind: str, event: dict[str, Any], ages: list[int]) -> str:
    fits = [w for w in _listed(kind, event["agency"]) if _fits(w, event, ages)]
    return _ranked(event["event_id"], _narrowed(fits, event, set()))[0]


def _taken(event: dict[str, Any], ages: list[int]) -> str:
    """Return how what a child said was taken down, where somebody wrote that."""
    if event["believed"] is None:
        return ""
    return f" {_part('believed' if event['believed'] else 'not_believed', event, ages)}"


def _names(whom: list[Child], meant: list[Child]) -> dict[str, str]:
    """Return what stands for the child whom a text is about, for one of the children, and for all."""
    one = meant[0] if len(meant) == 1 else None
    several = "the children" if len(whom) > 1 else whom[0].called if whom else "the unborn child"
    child = one.called if one else "one of the children"
    return {"C": child, "child": child, "children": several, **PRONOUNS[one.sex if one else None]}


def _by_label(event: dict[str, Any]) -> str:
    """Return the label of a kind for which nobody has a wording, with its finding."""
    finding = FINDINGS.get(event["finding"] or "")
    return f"{LABELS[event['kind']]}: {finding.lower()}" if finding else LABELS[event["kind"]]


@cache
def _listed(kind: str, agency: str) -> tuple[Wording, ...]:
    return tuple(w for w in wordings() if w.kind == kind and (not w.agencies or agency in w.agencies))


@cache
def wordings() -> tuple[Wording, ...]:
    """Return the wordings in the file's order. Raises InputError at the first cell that breaks a rule."""
    limits = ("youngest", "oldest", "least", "most")
    of = [*FINDINGS, *CATEGORIES, *REASONS]
    columns = {
        "kind": pl.Enum([*KINDS, *PARTS]),
        "agencies": pl.String(),
        **dict.fromkeys(limits, pl.Int64()),
        "said": pl.Enum(["child"]),
        "needs": pl.Enum(list(NEEDS)),
        "of": pl.Enum(list(dict.fromkeys(of))),
        "text": pl.String(),
    }
    may_be_empty = (*limits, "agencies", "said", "needs", "of")
    table = read_table("risk.chronologies", FILE, columns, may_be_empty=may_be_empty)
    read = []
    for row, kind, agencies, youngest, oldest, least, most, said, needs, of_what, text in table.iter_rows():
        who = tuple((agencies or "").split())
        for agency in who:
            if agency not in AGENCIES:
                raise refused(FILE, row, "agencies", agencies, unknown("agency", agency, AGENCIES))
        span = (youngest or 0, ADULT if oldest is None else oldest, least or 1, most or 4)
        read.append(Wording(kind, who, *span, said is not None, needs or "", of_what or "", text))
    return tuple(read)
