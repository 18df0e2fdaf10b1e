"""The proposals: what the words of a narrative may be, for a person to confirm; nothing is scored unseen.

A chronology without a Kind column tells only in words what happened. `phrases.csv` says which phrase leads
to which kind, to whose record, to whether children's services were told and whether the child said so. A
longer phrase is heard before a shorter one within it, and one that means "nothing" ("no bruises") silences
it. There is no more to it than that: it reads no grammar, and a person has to look.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import polars as pl

from risk.chronologies.sheet import MOST_ROWS, Sheet, column_of
from risk.chronologies.synonyms import HEADINGS, MEANINGS, label_of, meant, plain
from risk.core.data_files import read_table, refused
from risk.core.errors import InputError, unknown

FILE: Final = "phrases.csv"
NOTHING: Final = "nothing"
PROPOSED: Final = ("kind", "agency", "told_childrens_services", "said_by_child")
NOUN_OF: Final = {"told_childrens_services": "yes or no", "said_by_child": "yes or no"}
MOST_KINDS: Final = 3
MOST_CHARACTERS: Final = 4_000
"""Of a narrative, so many are looked at."""

BACKGROUND: Final = frozenset({"home_visit", "communication"})
"""How something came to be known: proposed only where the words say of nothing else."""

IF_NONE: Final = {"kind": "other_concern", "agency": "unspecified"}
"""What stands in a draft where no phrase is found: listed, without points."""

ABOUT_A_CHILD: Final = frozenset({"child", "name", "name of child", "childs name", "child name", "sibling"})
CHILD: Final = (
    "(?:the child|a child|child|children|c|baby|girl|boy|pupil|son|daughter|toddler|he|she|they|him|her|me)"
)


class Proposal(NamedTuple):
    """A word that is proposed, and the words of the narrative that led to it."""

    word: str
    led_by: str


class Draft(NamedTuple):
    """A chronology with proposals: its rows of cells, how many above hold no events, and what was proposed.

    proposed: one row a proposal: row of the draft, column, word, led_by (empty where no phrase was found).
    """

    rows: list[list[str]]
    header: int
    proposed: pl.DataFrame


def proposals(column: str, text: str, names: Collection[str] = ()) -> list[Proposal]:
    """Return what the words of a narrative propose for a column, in the order in which they stand.

    column: kind (up to three), agency, told_childrens_services or said_by_child (one at most). names: of the
    children, so that what they said is heard.

    >>> proposals("kind", "No bruises. He came without breakfast, in dirty clothes.")
    [Proposal(word='hunger', led_by='without breakfast'), Proposal(word='hygiene', led_by='dirty clothes')]
    """
    words = plain(text[:MOST_CHARACTERS])
    if names:
        words = re.sub(rf"\b(?:{'|'.join(re.escape(plain(name)) for name in names)})\b", "child", words)
    heard: list[tuple[int, int, str]] = []
    for pattern, literal, meaning in _phrases(column):
        if literal not in words:
            continue
        for match in pattern.finditer(words):
            if all(match.end() <= start or end <= match.start() for start, end, _ in heard):
                heard.append((match.start(), match.end(), meaning))
    found: dict[str, str] = {}
    for start, end, meaning in sorted(heard):
        if meaning != NOTHING:
            found.setdefault(meaning, words[start:end])
    told_of = [Proposal(*one) for one in found.items() if one[0] not in BACKGROUND]
    most = MOST_KINDS if column == "kind" else 1
    return (told_of or [Proposal(*one) for one in found.items()])[:most]


@cache
def _phrases(column: str) -> list[tuple[re.Pattern[str], str, str]]:
    """Return the phrases for a column, each with a word that it must hold, and its meaning.

    Those that silence others come first, then the longest.

    Raises InputError at the first row of `phrases.csv` whose column or meaning is unknown.
    """
    columns = {"column": pl.Enum(PROPOSED), "phrase": pl.String(), "meaning": pl.String()}
    found = []
    for row, of, phrase, meaning in read_table("risk.chronologies", FILE, columns).iter_rows():
        known = (*MEANINGS[NOUN_OF.get(of, of)], NOTHING)
        if meaning not in known:
            raise refused(FILE, row, "meaning", meaning, unknown(of, meaning, known))
        if of == column:
            found.append((phrase, meaning))
    found.sort(key=lambda one: (one[1] != NOTHING, -len(one[0])))
    return [(*_compiled(phrase), meaning) for phrase, meaning in found]


def _compiled(phrase: str) -> tuple[re.Pattern[str], str]:
    parts = phrase.split()
    literal = max((re.sub(r"[*…]|CHILD", "", part) for part in parts), key=len)
    pattern = " ".join(map(_part, parts)).replace(" GAP ", r"(?: \w+){0,3}? ")
    return re.compile(rf"\b{pattern}\b"), plain(literal)


def _part(part: str) -> str:
    if part in ("CHILD", "…"):
        return CHILD if part == "CHILD" else "GAP"
    return r"\w*".join(re.escape(plain(piece)) for piece in part.split("*"))


def propose(sheet: Sheet, *, child: str | None = None) -> Draft:
    """Return a chronology's rows with what its words propose, wherever nothing is written.

    Every cell stays. Columns that it lacks come last: kind, agency, told, said by child, the words that led
    to each, and Confirmed, which says no until a person has looked. A narrative that tells of several kinds
    is there once a kind, unless that makes more rows than a chronology may have: then as its first kind.
    Raises InputError where no column says what happened.

    child: the name of whom it is about, where the sheet does not say, so that what it said is heard.
    """
    heading = sheet.cells[sheet.header]
    place = {word: c for c, text in sorted(heading.items(), reverse=True) if (word := column_of(text))}
    if "what" not in place:
        has = ", ".join(heading.values())[:200]
        raise InputError(f"{sheet.source}, row {sheet.header}: no column says what happened; it has {has}")
    width = max(c for cells in sheet.cells.values() for c in cells)
    added = [word for word in (*PROPOSED, "proposed_from", "confirmed") if word not in place]
    place |= {word: width + i for i, word in enumerate(added, 1)}
    rows = [_row(sheet.cells.get(number, {}), width + len(added)) for number in range(1, sheet.header)]
    rows.append(_row({**heading, **{place[word]: HEADINGS[word] for word in added}}, width + len(added)))
    proposed: list[tuple[int, str, str, str]] = []
    names = _names(sheet, place, child)
    of_rows = [_proposed_in(cells, heading, place, names) for cells in _below(sheet)]
    if sum(map(len, of_rows)) > MOST_ROWS:  # a draft that cannot be read again helps nobody
        of_rows = [one[:1] for one in of_rows]
    for filled, made in (one for together in of_rows for one in together):
        rows.append(_row(filled, width + len(added)))
        proposed += [(len(rows), column, *one) for column, one in made.items()]
    schema = {"row": pl.Int64, "column": pl.String, "word": pl.String, "led_by": pl.String}
    return Draft(rows, sheet.header, pl.DataFrame(proposed, schema=schema, orient="row"))


def not_confirmed(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what to say of proposals that no person has confirmed; nothing if there is none."""
    n = sum(bool(entry["proposed_from"]) and not entry["confirmed"] for entry in entries)
    stand = "is a proposal" if n == 1 else "are proposals"
    return [f"{n} of {len(entries)} entries {stand} from words, which no person has confirmed."] if n else []


def _row(cells: dict[int, str], width: int) -> list[str]:
    return [cells.get(c, "") for c in range(1, width + 1)]


def _below(sheet: Sheet) -> list[dict[int, str]]:
    """Return the cells below the header; what a merged cell shows stands in every row that it covers."""
    cells = {number: dict(filled) for number, filled in sorted(sheet.cells.items()) if number > sheet.header}
    for first, column, last, _ in sheet.merged:
        for number in cells:
            if first < number <= last and column in cells.get(first, {}):
                cells[number].setdefault(column, cells[first][column])
    return list(cells.values())


def _names(sheet: Sheet, place: dict[str, int], child: str | None) -> set[str]:
    """Return the children's names, as a reader, the rows above the header and the child column have them."""
    named = [cells.get(place["child"], "") for cells in _below(sheet)] if "child" in place else []
    named += [child] if child else []
    for row in sorted(sheet.cells)[: sheet.header]:
        label, *values = " : ".join(sheet.cells[row].values()).split(":")
        if row < sheet.header and plain(label) in ABOUT_A_CHILD:
            named += [value.strip() for value in values if value.strip()][:1]
    children = {
        name for name in named if name and meant("child", name) is None and meant("agency", name) is None
    }
    return children | {name.split()[0] for name in children if len(name.split()[0]) > 1}


def _proposed_in(
    cells: dict[int, str], heading: dict[int, str], place: dict[str, int], names: Collection[str]
) -> list[tuple[dict[int, str], dict[str, Proposal]]]:
    """Return a row once for each kind that it tells of, with what is proposed for its empty cells."""
    what = cells.get(place["what"], "")
    if not what or cells == heading:
        return [(cells, {})]
    made = {
        column: one
        for column in PROPOSED
        if column != "kind" and _is_blank(cells, place[column]) and (one := _one(column, what, names))
    }
    if not _is_blank(cells, place["kind"]):
        return [_filled(cells, place, made)]
    kinds = proposals("kind", what, names) or [Proposal(IF_NONE["kind"], "")]
    return [_filled(cells, place, {"kind": kind, **made}) for kind in kinds]


def _one(column: str, what: str, names: Collection[str]) -> Proposal | None:
    found = proposals(column, what, names)
    if found:
        return found[0]
    return Proposal(IF_NONE[column], "") if column in IF_NONE else None


def _is_blank(cells: dict[int, str], column: int) -> bool:
    return not cells.get(column) or meant("any cell", cells[column]) is not None


def _filled(
    cells: dict[int, str], place: dict[str, int], made: dict[str, Proposal]
) -> tuple[dict[int, str], dict[str, Proposal]]:
    if not made:
        return cells, made
    words = {place[column]: label_of(NOUN_OF.get(column, column), one.word) for column, one in made.items()}
    led_by = "; ".join(
        f"{HEADINGS[column]}: {one.led_by!r}" if one.led_by else f"{HEADINGS[column]}: no phrase found"
        for column, one in made.items()
    )
    return {**cells, **words, place["proposed_from"]: led_by, place["confirmed"]: "no"}, made
