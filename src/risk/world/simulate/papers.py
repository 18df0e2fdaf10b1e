"""The papers: what is written of a household, and kept for the truth, as rows of tables with a little room.

Rows are added by compiled functions and taken away by Python before the room is used up, so that no table
is ever copied to grow.
"""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risk.world.compiled import compiled
from risk.world.simulate.codes import NONE, Agency

ROWS: Final = 1 << 16
ROOM_FOR_A_WEEK: Final = 1 << 14
"""More than a household can fill in one week, were every report on its way to come at once."""

EVENTS_A_HOUSEHOLD: Final = 1 << 16
"""event_id is household_id × 65,536 plus the household's own running number."""


WEEKS_IN_ID: Final = 2048
CONCERNS_IN_ID: Final = 16
AGENCIES_IN_ITEM: Final = 64


def _row(**fields: str) -> np.dtype[np.void]:
    return np.dtype(list(fields.items()), align=True)


TABLES: Final = {
    "events": _row(
        event_id="i8",
        answers="i8",
        closes="i8",
        occurred="i4",
        recorded="i4",
        shared="i4",
        kind="i1",
        agency="i1",
        child="i1",  # its number in the household
        severity="i1",
        believed="i1",
        finding="i1",
        category="i1",
        reason="i1",
        disclosed="?",
    ),
    "sightings": _row(sighting_id="i8", event_id="i8", on="i4", noticed="?", recorded="?", shared="?"),
    "visits": _row(event_id="i8", state="i1", reassured="?"),
    "factors": _row(event_id="i8", factor="i1"),
    "states": _row(household="i8", day="i4", state="i1"),
    "homes": _row(household="i8", day="i4", lives_here="?"),
    "refuge_stays": _row(household="i8", from_day="i4", to_day="i4"),
}

Row = np.record


@compiled
def has_room(home: Any) -> bool:
    """Return whether there is room for whatever one more week may bring."""
    record = max(home.n_events, home.n_visits, home.n_factors)
    truth = max(home.n_sightings, home.n_states, home.n_homes, home.n_refuge_stays)
    return max(record, truth) <= ROWS - ROOM_FOR_A_WEEK


@compiled
def write(home: Any, kind: int, day: int, answers: int) -> Row:
    """Write an event that answers another, and return its row: by children's services, known at once."""
    event = home.events[home.n_events]
    home.n_events += 1
    event.event_id = home.household * EVENTS_A_HOUSEHOLD + home.events_written
    home.events_written += 1
    event.kind, event.agency = kind, Agency.childrens_services
    event.occurred, event.recorded, event.shared = day, day, day
    event.answers, event.closes = answers, NONE
    event.child, event.severity, event.disclosed, event.believed = NONE, NONE, False, NONE
    event.finding, event.category, event.reason = NONE, NONE, NONE
    return event


@compiled
def write_end(home: Any, kind: int, day: int, closes: int) -> Row:
    """Write an event that ends what another began, and return its row."""
    event = write(home, kind, day, NONE)
    event.closes = closes
    return event


@compiled
def keep_sighting(home: Any, concern: int, agency: int, day: int) -> Row:
    """Keep for the truth what an agency could notice, in the order of ids, and return the row."""
    sighting_id = (home.household * WEEKS_IN_ID + home.week) * CONCERNS_IN_ID + concern
    sighting_id = sighting_id * AGENCIES_IN_ITEM + agency
    place = home.n_sightings
    home.n_sightings += 1
    while place > 0 and home.sightings[place - 1].sighting_id > sighting_id:
        home.sightings[place] = home.sightings[place - 1]
        place -= 1
    sighting = home.sightings[place]
    sighting.sighting_id, sighting.on, sighting.event_id = sighting_id, day, NONE
    sighting.noticed, sighting.recorded, sighting.shared = False, False, False
    return sighting


@compiled
def keep_visit(home: Any, event_id: int, reassured: bool) -> None:
    """Keep for the truth what was there to be seen when this was written."""
    visit = home.visits[home.n_visits]
    home.n_visits += 1
    visit.event_id, visit.state, visit.reassured = event_id, home.state, reassured


@compiled
def keep_factor(home: Any, event_id: int, factor: int) -> None:
    """Keep a factor that an assessment identified."""
    identified = home.factors[home.n_factors]
    home.n_factors += 1
    identified.event_id, identified.factor = event_id, factor


@compiled
def keep_state(home: Any, day: int) -> None:
    """Keep for the truth the hidden state from this day on."""
    change = home.states[home.n_states]
    home.n_states += 1
    change.household, change.day, change.state = home.household, day, home.state


@compiled
def keep_home(home: Any, day: int) -> None:
    """Keep for the truth whether the children live at home from this day on."""
    move = home.homes[home.n_homes]
    home.n_homes += 1
    move.household, move.day, move.lives_here = home.household, day, home.lives_here


@compiled
def keep_refuge_stay(home: Any, from_day: int, to_day: int) -> None:
    """Keep a stay in a refuge."""
    stay = home.refuge_stays[home.n_refuge_stays]
    home.n_refuge_stays += 1
    stay.household, stay.from_day, stay.to_day = home.household, from_day, to_day


def taken(homes: NDArray[np.void]) -> dict[str, NDArray[np.void]]:
    """Return the rows written so far and leave every table empty."""
    rows = {name: homes[name][0, : homes[f"n_{name}"][0]].copy() for name in TABLES}
    for name in TABLES:
        homes[f"n_{name}"] = 0
    return rows


def stacked(parts: Iterable[dict[str, NDArray[np.void]]]) -> dict[str, NDArray[np.void]]:
    """Return what was taken at several times as one: each table put end to end."""
    every = list(parts)
    return {name: np.concatenate([part[name] for part in every]) for name in TABLES}
