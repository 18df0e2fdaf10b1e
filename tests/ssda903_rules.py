"""The rules of the looked-after children return that its files must keep, one small function each.

The number is the rule's; the docstring says what must hold, and the function gives the ids of the children for
whom it does not. Paraphrased from the validator that local authorities use. Not here: rules about tables that
we leave out (OC2, OC3, Missing, SWEpisodes), and about postcodes, of which we write none.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

Row = dict[str, str]

HEADINGS = {
    "header": "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB",
    "episodes": "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN",
    "reviews": "CHILD,DOB,REVIEW,REVIEW_CODE",
    "prevperm": "CHILD,DOB,PREV_PERM,LA_PERM,DATE_PERM",
}
CEASED = {"X1", "E11", "E12", "E2", "E3", "E4A", "E4B", "E13", "E41", "E45", "E46", "E47", "E48", "E5", "E6"}
CEASED |= {"E7", "E8", "E9", "E14", "E15", "E16", "E17"}
STATUSES = {"C1", "C2", "D1", "E1", "V2", "V3", "V4", "L1", "L2", "L3", "J1", "J2", "J3"}
NEEDS = {f"N{n}" for n in range(1, 9)}
ETHNICITIES = (
    "WBRI WIRI WIRT WOTH WROM MWBC MWBA MWAS MOTH AIND APKN ABAN AOTH BCRB BAFR BOTH CHNE OOTH REFU NOBT"
)
PLACES = {"U6", "U3", "A6", "K2"}
PROVIDERS = {"PR1", "PR2", "PR3", "PR4", "PR5"}
MOST_DAYS = {"L1": (361, 3), "L2": (362, 21), "L3": (363, 7)}
UPN = re.compile(r"[A-Z]\d{11}[\dA-Z]|UN[1-5]")


def day(text: str) -> date | None:
    return datetime.strptime(text, "%d/%m/%Y").date() if text else None


def birthday(born: date, age: int) -> date:
    leap_day = (born.month, born.day) == (2, 29)
    return date(born.year + age, 2, 28) if leap_day else born.replace(year=born.year + age)


class Return:
    """A folder of files: their headings and rows, and each child's episodes in order."""

    def __init__(self, tables: dict[str, list[Row]], year: int) -> None:
        self.tables = tables
        self.from_on, self.last_on = date(year - 1, 4, 1), date(year, 3, 31)
        self.born = {row["CHILD"]: day(row["DOB"]) for row in tables["header"]}

    @classmethod
    def read(cls, folder: Path, year: int) -> "Return":
        tables = {}
        for name, headings in HEADINGS.items():
            with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                rows = csv.DictReader(file)
                tables[name] = list(rows)
                assert rows.fieldnames == headings.split(",")
        return cls(tables, year)

    def following(self) -> Iterator[tuple[Row, Row]]:
        """Every two episodes of a child that follow each other."""
        episodes = sorted(self.tables["episodes"], key=lambda e: (e["CHILD"], day(e["DECOM"])))
        return ((a, b) for a, b in pairwise(episodes) if a["CHILD"] == b["CHILD"])

    def rows(self) -> Iterator[Row]:
        return (row for rows in self.tables.values() for row in rows)


Rule = Callable[[Return], list[str]]


def ids(rows) -> list[str]:
    return [row["CHILD"] for row in rows]


def touches(a: Row, b: Row) -> bool:
    return a["DEC"] == b["DECOM"]


def moved(a: Row, b: Row) -> bool:
    return any(a[c] != b[c] for c in ("PLACE", "PLACE_PROVIDER", "URN", "PL_POST"))


def rule_int01(found: Return) -> list[str]:
    """Every child of any file is in the header, once."""
    counted = Counter(ids(found.tables["header"]))
    return [r["CHILD"] for r in found.rows() if counted[r["CHILD"]] != 1]


def rule_int02(found: Return) -> list[str]:
    """A child has the same day of birth in every file."""
    return [r["CHILD"] for r in found.rows() if "DOB" in r and day(r["DOB"]) != found.born.get(r["CHILD"])]


def rule_codes(found: Return) -> list[str]:
    """Every code is one of the collection's."""

    def is_good(e: Row) -> bool:
        return (
            e["RNE"] in set("SLPTBU")
            and e["LS"] in STATUSES
            and e["CIN"] in NEEDS
            and e["PLACE"] in PLACES | {"P2" if found.last_on.year < 2025 else "K3"}
            and e["PLACE_PROVIDER"] in PROVIDERS
            and e["REC"] in CEASED | {""}
        )

    people = [
        h
        for h in found.tables["header"]
        if h["SEX"] not in ("12U" if found.last_on.year < 2025 else "MFU")
        or h["ETHNIC"] not in ETHNICITIES.split()
    ]
    return ids(e for e in found.tables["episodes"] if not is_good(e)) + ids(people)


def rule_upn(found: Return) -> list[str]:
    """A pupil number has the form of one, or says why there is none; no two children share one."""
    counted = Counter(h["UPN"] for h in found.tables["header"])
    return ids(
        h
        for h in found.tables["header"]
        if not UPN.fullmatch(h["UPN"]) or (counted[h["UPN"]] > 1 and not h["UPN"].startswith("UN"))
    )


def rule_142(found: Return) -> list[str]:
    """An episode has ended before the child's next one starts."""
    return ids(a for a, _ in found.following() if not a["DEC"])


def rule_148(found: Return) -> list[str]:
    """An episode has both a day and a reason of ending, or neither."""
    return ids(e for e in found.tables["episodes"] if bool(e["DEC"]) != bool(e["REC"]))


def rule_218(found: Return) -> list[str]:
    """A foster placement has a number of seven digits, or XXXXXXX."""
    return ids(e for e in found.tables["episodes"] if not re.fullmatch(r"\d{7}|X{7}", e["URN"]))


def rule_225(found: Return) -> list[str]:
    """A change of placement has a reason; no other episode has one."""
    return ids(
        a for a, b in found.following() if touches(a, b) and moved(a, b) != bool(a["REASON_PLACE_CHANGE"])
    )


def rule_352(found: Return) -> list[str]:
    """Nobody starts an episode at 18, and none is later than that."""
    return ids(
        e
        for e in found.tables["episodes"]
        if day(e["DECOM"]) >= birthday(found.born[e["CHILD"]], 18)
        or (day(e["DEC"]) or found.last_on) > birthday(found.born[e["CHILD"]], 18)
    )


def rule_355(found: Return) -> list[str]:
    """An episode lasts a night at least."""
    return ids(e for e in found.tables["episodes"] if e["DEC"] and day(e["DEC"]) <= day(e["DECOM"]))


def _too_long(found: Return, status: str) -> list[str]:
    most = MOST_DAYS[status][1]
    rows = [e for e in found.tables["episodes"] if e["LS"] == status]
    return ids(e for e in rows if ((day(e["DEC"]) or found.last_on) - day(e["DECOM"])).days > most)


def rule_361(found: Return) -> list[str]:
    """Police protection lasts 72 hours at most."""
    return _too_long(found, "L1")


def rule_362(found: Return) -> list[str]:
    """An emergency protection order lasts 21 days at most."""
    return _too_long(found, "L2")


def rule_388(found: Return) -> list[str]:
    """An episode that says that it goes on is followed by another on the same day."""
    goes_on = {id(a) for a, b in found.following() if touches(a, b)}
    return ids(e for e in found.tables["episodes"] if e["REC"] == "X1" and id(e) not in goes_on)


def rule_393(found: Return) -> list[str]:
    """Of a girl, and of nobody else, it says whether she is a mother (607 too)."""
    return ids(h for h in found.tables["header"] if (h["SEX"] in ("F", "2")) != (h["MOTHER"] in ("0", "1")))


def rule_399(found: Return) -> list[str]:
    """A review is held while the child is looked after, in the year, and not in a series of short breaks."""

    def is_in(review: Row, episode: Row) -> bool:
        held, until = day(review["REVIEW"]), day(episode["DEC"]) or found.last_on
        return (
            episode["CHILD"] == review["CHILD"]
            and episode["LS"] not in ("V3", "V4")
            and max(day(episode["DECOM"]), found.from_on) <= held <= min(until, found.last_on)
        )

    return ids(r for r in found.tables["reviews"] if not any(is_in(r, e) for e in found.tables["episodes"]))


def rule_431(found: Return) -> list[str]:
    """An episode that starts care does not start on the day on which another ended."""
    return ids(b for a, b in found.following() if b["RNE"] == "S" and touches(a, b))


def rule_432(found: Return) -> list[str]:
    """What follows on the same day an episode that goes on does not start care, and nothing follows a true end."""
    return ids(b for a, b in found.following() if touches(a, b) and a["REC"] != "X1")


def rule_433(found: Return) -> list[str]:
    """An episode that goes on with care starts on the day on which the last one ended."""
    return ids(b for a, b in found.following() if b["RNE"] != "S" and not touches(a, b))


def rule_434(found: Return) -> list[str]:
    """Where only the legal status is said to change, it changes, and the placement does not."""
    return ids(b for a, b in found.following() if b["RNE"] == "L" and (a["LS"] == b["LS"] or moved(a, b)))


def rule_435(found: Return) -> list[str]:
    """Where only the placement is said to change, it changes, and the legal status does not."""
    return ids(
        b for a, b in found.following() if b["RNE"] in "PT" and (a["LS"] != b["LS"] or not moved(a, b))
    )


def rule_436(found: Return) -> list[str]:
    """Where both are said to change, both change."""
    return ids(
        b for a, b in found.following() if b["RNE"] in "BU" and (a["LS"] == b["LS"] or not moved(a, b))
    )


def rule_440(found: Return) -> list[str]:
    """PN0 is for a child under four."""
    return ids(
        r
        for r in found.tables["reviews"]
        if r["REVIEW_CODE"] == "PN0" and day(r["REVIEW"]) >= birthday(found.born[r["CHILD"]], 4)
    )


def rule_441(found: Return) -> list[str]:
    """A child of four or more takes part in a review, in one of seven ways."""
    return ids(
        r
        for r in found.tables["reviews"]
        if r["REVIEW_CODE"] != "PN0"
        and (
            not re.fullmatch("PN[1-7]", r["REVIEW_CODE"])
            or day(r["REVIEW"]) < birthday(found.born[r["CHILD"]], 4)
        )
    )


def rule_501(found: Return) -> list[str]:
    """No episode starts before the child's last one has ended."""
    return ids(b for a, b in found.following() if a["DEC"] and day(b["DECOM"]) < day(a["DEC"]))


def rule_504(found: Return) -> list[str]:
    """The need is one through a period of care."""
    return ids(b for a, b in found.following() if touches(a, b) and a["CIN"] != b["CIN"])


def rule_630(found: Return) -> list[str]:
    """Every child who started care in the year is in PrevPerm, with a code."""
    said = {r["CHILD"] for r in found.tables["prevperm"] if r["PREV_PERM"] in ("P1", "P2", "P3", "P4", "Z1")}
    return ids(e for e in found.tables["episodes"] if e["RNE"] == "S" and e["CHILD"] not in said)


def rule_of_the_year(found: Return) -> list[str]:
    """A day of every episode is in the year; nothing is later than its end, or before the child's birth."""
    return ids(
        e
        for e in found.tables["episodes"]
        if not found.born[e["CHILD"]] <= day(e["DECOM"]) <= found.last_on
        or not found.from_on <= (day(e["DEC"]) or found.last_on) <= found.last_on
    )


RULES: dict[str, Rule] = {
    name.removeprefix("rule_"): function
    for name, function in list(globals().items())
    if name.startswith("rule_")
}


def broken(found: Return) -> dict[str, list[str]]:
    """Every rule that is not kept, with the children for whom it is not."""
    return {name: children for name, rule in RULES.items() if (children := rule(found))}
