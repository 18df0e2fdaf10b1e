"""The turning points: the days of a chronology on which something changed, and what a class is asked there.

For a case that names no stops of its own. Which days these are is chosen by somebody who has read to the
end, as a trainer has; what is asked on a day is made from the records on the table by then, and from nothing
later. A question names no agency and no concern that nobody has written of yet.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from risk.core.kinds import AGENCIES, CONCERNS, CS, LEAVES_HOME, label
from risk.show.packs.lesson import ASK, STOPS, Stop, Told

MOST_STOPS: Final = STOPS - 1
"""Always as many where there are as many days, so that their number says nothing of the line."""

LONG_SILENCE: Final = timedelta(days=182)
DECISIONS: Final = ("no_further_action", "early_help", "case_closed", "step_down")
PLANS_ENDED: Final = ("child_in_need_plan_ended", "child_protection_plan_ended")
NAMES: Final = (
    "police",
    "childline",
    "childrens_services",
    "probation",
    "early_help",
    "housing",
    "youth_justice",
)
"""Agencies of which people speak without an article."""

WRITERS: Final = {
    "unspecified": "Somebody",
    "public": "A relative or a neighbour",
    "anonymous": "An anonymous caller",
    "voluntary": "A voluntary organisation",
    "local_authority": "Another council service",
    "other_health": "Another health service",
    "other_agency": "Another agency",
}
"""Who wrote, where the name of the agency is no name."""

MOST_NAMED: Final = 5
"""Of what there is more of, the rest is counted."""

WEIGHTS: Final = {
    "line": 100,
    "spoke": 4,
    "second_agency": 4,
    "missed": 3,
    "decision": 3,
    "home": 3,
    "new": 2,
}
"""How much a change on a day speaks for asking there; the line always does, among others and unnamed."""

Event = dict[str, Any]


def turning_points(told: Told) -> list[Stop]:
    """Return the stops of a case that names none: where something changed, with questions from the records.

    Days of records are the places to stop. The day that carries the record to the line is one of them.
    """
    events = told.review.path.events.to_dicts()
    days = sorted({event["recorded_on"] for event in events})
    return [Stop(on=on, ask=_ask(events, on), answer=_answer(told, on)) for on in _chosen(told, events, days)]


def _chosen(told: Told, events: list[Event], days: list[date]) -> list[date]:
    """Return the days that weigh most, none within a tenth of the days of another where that can be."""
    weight = _weights(told, events, days)
    place = {on: n for n, on in enumerate(days)}
    by_weight = sorted(days, key=lambda on: (-weight[on], on))
    chosen: list[date] = []
    for least in (len(days) // 10, 0):
        for on in by_weight:
            apart = min((abs(place[on] - place[other]) for other in chosen), default=len(days))
            if len(chosen) < MOST_STOPS and apart > least:
                chosen.append(on)
    return sorted(chosen)


def _weights(told: Told, events: list[Event], days: list[date]) -> dict[date, int]:
    weight: dict[date, int] = defaultdict(int)
    for on in days:
        for change, _ in _changes(events, on):
            weight[on] += WEIGHTS.get(change, 1)
    recorded_on = {event["event_id"]: event["recorded_on"] for event in events}
    for event_ids in told.review.missed["event_ids"]:
        shown_by = [recorded_on[event] for event in event_ids if event in recorded_on]
        if shown_by:  # the day of the last record that shows it: that nothing followed, nobody knows yet
            weight[max(shown_by)] += WEIGHTS["missed"]
    triggered = told.review.triggered
    if triggered is not None:  # a score counts what was written before its day
        weight[max((on for on in days if on < triggered.earliest), default=days[0])] += WEIGHTS["line"]
    return weight


def _changes(events: list[Event], on: date) -> Iterator[tuple[str, str]]:
    """Yield what changed with the records of a day, and the question it brings, strongest first."""
    new = [event for event in events if event["recorded_on"] == on]
    before = [event for event in events if event["recorded_on"] < on]
    for event in new:
        if event["disclosed_by_child"]:
            yield "spoke", _of_a_child(event)
    for event in new:
        if event["kind"] == "return_home":
            yield "home", "The child has gone home. What is different there now, and who has seen it?"
        elif event["kind"] in LEAVES_HOME:
            yield "home", "The child has left home. What has the child said, and who has asked?"
        elif event["kind"] in (*DECISIONS, *PLANS_ENDED):
            yield "decision", _of_a_decision(event)
    worried = [event for event in before if event["kind"] in CONCERNS]
    for event in new:
        if event["kind"] in CONCERNS:
            yield from _of_a_concern(event, worried)
    if before and on - before[-1]["recorded_on"] > LONG_SILENCE:
        months = (on - before[-1]["recorded_on"]).days // 30
        yield (
            "silence",
            f"There was no record for about {months} months. What can a silence mean, and who could say?",
        )


def _of_a_child(event: Event) -> str:
    begins = f"{who_wrote(event['agency'])} wrote down what a child said about {_kind(event)}."
    if event["believed"] is False:
        return f"{begins} The child was not believed. What would help this child to be heard?"
    return f"{begins} What makes a child's word count, and what should the child be told next?"


def _of_a_decision(event: Event) -> str:
    return (
        f"The record says: {label(event['kind']).lower()}. Which of these records were known to whoever "
        "decided, and what would you still ask?"
    )


def _of_a_concern(event: Event, before: list[Event]) -> Iterator[tuple[str, str]]:
    """Yield what a concern adds to those before it: another agency, another kind, or the same once more."""
    who, kind = who_wrote(event["agency"]), _kind(event)
    agencies = {other["agency"] for other in before}
    kinds = list(dict.fromkeys(_kind(other) for other in before))
    if before and event["agency"] not in agencies and len(agencies) == 1:
        only = who_wrote(before[-1]["agency"])
        yield (
            "second_agency",
            f"{who} wrote of {kind}; until now only {within_a_sentence(only)} had written. Does either know "
            "what the other has seen, and who could put it together?",
        )
    elif before and event["agency"] not in agencies:
        yield "new_agency", f"{who} wrote too, of {kind}. What do they see that nobody else can?"
    if before and kind not in kinds:
        beside = " and ".join(kinds[-2:])
        yield "new", f"{who} wrote of {kind}. What does it change, read beside {beside}?"
    elif before:
        n = sum(_kind(other) == kind for other in before) + 1
        yield "again", f"This is record {n} of {kind}. What is different now, and what has stayed the same?"
    else:
        yield (
            "first",
            f"{who} wrote of {kind}. What would you want to know first, and whom would you ask?",
        )


def _ask(events: list[Event], on: date) -> str:
    """Return the question of the change that weighs most on a day, from the records up to and on it."""
    changes = list(_changes([event for event in events if event["recorded_on"] <= on], on))
    return max(changes, key=lambda change: WEIGHTS.get(change[0], 1), default=("", ASK))[1]


def _answer(told: Told, on: date) -> str:
    """Return what there is to say afterwards: what was on the table, who held it, and who had been told."""
    worries = [
        event
        for event in told.review.path.events.to_dicts()
        if event["recorded_on"] <= on and event["kind"] in CONCERNS
    ]
    if not worries:
        return "No concern is on the table yet: what is here says what was done, or how things were."
    kinds = list(dict.fromkeys(_kind(event) for event in worries))
    held_by = [agency for agency in AGENCIES if agency in {event["agency"] for event in worries}]
    writers = _listed(_some([within_a_sentence(who_wrote(agency)) for agency in held_by]))
    n = f"{len(worries)} record{'' if len(worries) == 1 else 's'}"
    return " ".join(
        [
            f"On the table: {n} of concern ({', '.join(_some(kinds))}), by {writers}.",
            *_known_to_services(told, [event for event in worries if event["agency"] != CS], on),
            *(
                []
                if any(event["disclosed_by_child"] for event in worries)
                else ["No record says what the child said."]
            ),
        ]
    )


def _known_to_services(told: Told, worries: list[Event], on: date) -> list[str]:
    """Return of how many concerns children's services had been told by a day; a blank is never a no."""
    if not worries:
        return []
    stated = (
        {} if told.review.stated is None else dict(told.review.stated.select("event_id", "told").iter_rows())
    )
    known = sum(event["shared_on"] is not None and event["shared_on"] <= on for event in worries)
    silent = sum(stated.get(event["event_id"], False) is None for event in worries)
    if silent == len(worries):
        return ["Whether children's services had been told of any of it, the account does not say."]
    more = f"; of {silent} the account does not say" if silent else ""
    return [f"Children's services had been told of {known} of the {len(worries)} that others wrote{more}."]


def who_wrote(agency: str) -> str:
    """Return who wrote, as it begins a sentence."""
    if agency in NAMES:
        return label(agency)
    name = label(agency)
    return WRITERS.get(agency, f"The {name if name.isupper() else within_a_sentence(name)}")


def within_a_sentence(who: str) -> str:
    """Return who wrote as it stands within a sentence."""
    return who if who == label("childline") else f"{who[:1].lower()}{who[1:]}"


def _kind(event: Event) -> str:
    """Return a concern as it stands within a sentence; of a brother or sister, that it is about them."""
    about = " (about a brother or sister)" if event["relation"] == "sibling" else ""
    return f"{label(event['kind']).lower()}{about}"


def _some(words: list[str]) -> list[str]:
    """Return the first of the words, and how many more there are."""
    more = len(words) - MOST_NAMED
    return [*words[:MOST_NAMED], f"{more} more"] if more > 1 else words


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
