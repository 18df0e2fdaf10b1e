"""The seven-minute briefing: one page for a team, of what happened, what was missed and what should change.

It is made from the records and from the rules of `reviews.missed`, and says no more than they do. What should
change is a practice for each rule that found something; whether it is right for a team, the team says.
"""

from typing import Final

import polars as pl

from risk.core.kinds import CONCERNS
from risk.core.wording import window
from risk.reviews.missed.rules import RULES
from risk.reviews.report import NO_JUDGEMENT, headline, what_followed
from risk.show.packs.household import household_line
from risk.show.packs.lesson import Told
from risk.show.papers.blocks import AFTER, Block, Grid, Heading, Paper, Points, Sentence
from risk.show.papers.quotations import quotations
from risk.show.papers.written import Entry, agencies, title_of, written

MOST_MISSED: Final = 4
ACTIONS: Final = ("What we will do", "Who", "By when", "How we will know")
THREE: Final = 3


def briefing(told: Told) -> Paper:
    """Return the briefing of a case: one A4 page, to be read in about seven minutes."""
    entries = written(told)
    return Paper(
        "seven_minute_briefing",
        "Seven-minute briefing",
        f"{title_of(told)} For a team meeting: a minute to read each part, then talk.",
        AFTER,
        (
            Heading("What happened"),
            Points(_what_happened(told, entries)),
            *[said for entry in entries for said in quotations(entry)][:1],
            *_missed(told),
            Heading("Three questions"),
            Points(tuple(told.lesson.questions[:THREE])),
            Heading("Action plan"),
            Grid(ACTIONS, (46, 16, 14, 24), (("",) * len(ACTIONS),) * 3, row_mm=10),
        ),
    )


def _what_happened(told: Told, entries: list[Entry]) -> tuple[str, ...]:
    events = told.review.path.events
    who = sum(agency != "unspecified" for agency in agencies(entries))
    span = window(events["recorded_on"].min(), events["latest_on"].max(), short=False)  # type: ignore[arg-type]
    concerns = events["kind"].is_in(list(CONCERNS)).sum()
    wrote = f"{who} agencies wrote" if who != 1 else "One agency wrote"
    spoke = sum(entry.by_child for entry in entries)
    children = {0: "No record has a child speaking.", 1: "In one record a child spoke."}
    return (
        f"From {span}: {wrote} {len(entries)} records, {concerns} of them of a concern.",
        f"At the first record. {household_line(told, entries[0].on)}",
        children.get(spoke, f"In {spoke} records a child spoke."),
        headline(told.review),
        *what_followed(told.review)[:1],
    )


def _missed(told: Told) -> list[Block]:
    """Return what the rules found, the most frequent first, and what could change for each."""
    kinds = (
        told.review.missed.group_by("finding", maintain_order=True)
        .agg(times=pl.len())
        .sort("times", descending=True, maintain_order=True)
        .head(MOST_MISSED)
    )
    if kinds.is_empty():
        return [
            Heading("What was missed"),
            Sentence("No rule names a missed opportunity here. What would you have wanted to be different?"),
        ]
    said = [(RULES[name].label, n, RULES[name].change) for name, n in kinds.iter_rows()]
    return [
        Heading("What was missed"),
        Points(tuple(f"{what}{f', {n} times' if n > 1 else ''}." for what, n, _ in said)),
        Sentence(NO_JUDGEMENT, "small"),
        Heading("What should change"),
        Points(tuple(change for _, _, change in said)),
    ]
