"""Records small enough to work out in the head, written a line an event."""

from dataclasses import replace
from datetime import date

import polars as pl

from risk.core.kinds import CATEGORIES, CONCERNS, FINDINGS, REASONS
from risk.records.cohort import Record, Truth
from risk.records.schema import RECORD, TRUTH, checked

CHILD = 16  # the first child of household 1; its sibling is 17


def on(text: str) -> date:
    return date.fromisoformat(text)


def table(schemas, name: str, rows: list[dict]) -> pl.DataFrame:
    columns = {c: d.dtype for c, d in schemas[name].columns().items()}
    return checked(name, pl.DataFrame(rows, schema=columns), schemas[name])


def record(
    *lines: str, children=(16, 17), from_on="2022-01-03", to_on="2024-01-01", born="2015-06-01"
) -> Record:
    """A record of one household (or more: child_id // 16) from lines such as

    16 hunger school 2023-03-01 2023-03-08 2023-03-09 3 said unbelieved substantiated

    child (- for the whole of household 1), kind, agency, occurred, and then, if wanted: recorded, shared
    (- for never), severity, any of the last three words, believed, a reason for closure, and answers=0 or
    closes=0 with the number of another line, counted from 0.
    """
    events = [event(i, *line.split()) for i, line in enumerate(lines)]
    households = sorted({c // 16 for c in children})
    tables = {
        "households": [{"household_id": h, "deprivation_decile": 5, "area": 1} for h in households],
        "adults": [],
        "children": [
            {"child_id": c, "household_id": c // 16, "given_name": f"Child{c}", "born_on": on(born)}
            for c in children
        ],
        "events": events,
        "factors": [],
    }
    return Record(
        **{n: table(RECORD, n, rows) for n, rows in tables.items()}, from_on=on(from_on), to_on=on(to_on)
    )


def event(number: int, child: str, kind: str, agency: str, occurred: str, *more: str) -> dict:
    dates = [m for m in more if m == "-" or m[:2] in ("19", "20")]
    recorded = dates[0] if dates else occurred
    shared = dates[1] if len(dates) > 1 else "-"
    severity = next((int(m) for m in more if m in "1234"), 2)
    return {
        "event_id": number,
        "household_id": 1 if child == "-" else int(child) // 16,
        "child_id": None if child == "-" else int(child),
        "kind": kind,
        "agency": agency,
        "occurred_on": on(occurred),
        "recorded_on": on(recorded),
        "shared_on": None if shared == "-" else on(shared),
        "may_be_later_days": 0,
        "severity": severity if kind in CONCERNS else None,
        "disclosed_by_child": "said" in more,
        "believed": False if "unbelieved" in more else True if "believed" in more else None,
        "finding": next((m for m in more if m in FINDINGS), None),
        "reason": next((m for m in more if m in REASONS), None),
        **{name: int(number) for name, number in (m.split("=") for m in more if "=" in m)},
    }


def history(
    *lines: str, born: dict[int, str] | None = None, factors=(), from_on="2022-01-01", to_on="2024-01-01"
) -> Record:
    """A record of households and how services answered, from lines such as

    1 assessment_completed childrens_services 2023-03-01 closes=1 unsubstantiated

    household, kind, agency, day, and then, if wanted: answers= or closes= a line, counted from 0; a finding;
    a category; a reason. born: by child_id. factors: pairs of a line and a factor.
    """
    born = born or {16: "2015-06-01", 17: "2016-06-01"}
    written = record(*("- " + line.split(maxsplit=1)[1] for line in lines), children=tuple(born))
    linked = [
        {**row, "household_id": int(line.split()[0]), **_links(line)}
        for row, line in zip(written.events.to_dicts(), lines, strict=True)
    ]
    children = [{**row, "born_on": on(born[row["child_id"]])} for row in written.children.to_dicts()]
    return replace(
        written,
        events=table(RECORD, "events", linked),
        children=table(RECORD, "children", children),
        factors=table(RECORD, "factors", [{"event_id": e, "factor": f} for e, f in factors]),
        from_on=on(from_on),
        to_on=on(to_on),
    )


def _links(line: str) -> dict:
    words = line.split()[4:]
    links = {k: int(v) for k, _, v in (w.partition("=") for w in words) if k in ("answers", "closes")}
    return {**links, "category": next((w for w in words if w in CATEGORIES), None)}


def at(*rows: str) -> pl.DataFrame:
    """A landmark table from rows such as "16 2023-03-08"."""
    pairs = [r.split() for r in rows]
    return pl.DataFrame(
        {
            "child_id": [int(c) for c, _ in pairs],
            "household_id": [int(c) // 16 for c, _ in pairs],
            "landmark_on": [on(d) for _, d in pairs],
        }
    )


def truth(*harms: str, spells=(), incidents=(), visits=(), from_on="2022-01-03", to_on="2024-01-01") -> Truth:
    """A truth from harms such as "16 2023-03-01 2023-04-01" (the end is exclusive), and if wanted from

    spells     1 2022-01-03 2022-02-07 strained
    incidents  1 school hunger 2023-03-01 noticed recorded shared 5
    visits     5 1 severe domestic_abuse reassured

    Spells: household, from, to (exclusive), care. Incidents: household, agency, kind, on, any of the three
    words, and the line of the record that came of it. Visits: a line of the record, household, care, and
    either of the two words.
    """
    rows = [dict(zip(("child_id", "warranted_from", "warranted_to"), h.split(), strict=True)) for h in harms]
    tables = {name: [] for name in TRUTH} | {
        "harms": [
            {"child_id": int(r["child_id"]), **{k: on(r[k]) for k in ("warranted_from", "warranted_to")}}
            for r in rows
        ],
        "spells": [spell(*line.split()) for line in spells],
        "incidents": [incident(i, *line.split()) for i, line in enumerate(incidents)],
        "visits": [visit(*line.split()) for line in visits],
    }
    return Truth(
        **{n: table(TRUTH, n, rows) for n, rows in tables.items()}, from_on=on(from_on), to_on=on(to_on)
    )


def spell(household: str, from_on: str, to_on: str, care_state: str) -> dict:
    return {
        "household_id": int(household),
        "from_on": on(from_on),
        "to_on": on(to_on),
        "care_state": care_state,
        **dict.fromkeys(("domestic_abuse", "substance_misuse", "risky_adult"), False),
    }


def incident(number: int, household: str, agency: str, kind: str, day: str, *became: str) -> dict:
    return {
        "incident_id": number,
        "agency": agency,
        "household_id": int(household),
        "kind": kind,
        "on": on(day),
        **{word: word in became for word in ("noticed", "recorded", "shared")},
        "event_id": next((int(word) for word in became if word.isdigit()), None),
    }


def visit(line: str, household: str, care_state: str, *more: str) -> dict:
    return {
        "event_id": int(line),
        "household_id": int(household),
        "care_state": care_state,
        **{word: word in more for word in ("domestic_abuse", "reassured")},
    }
