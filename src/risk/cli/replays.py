"""The command that replays: a cohort's families run again with the same luck under another practice.

One practice is asked about on its own: an assessment on the day on which a record reached the card's line.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from risk import cli, model, records, reviews, world
from risk.cli.console import print_json, progress, say
from risk.cli.options import AsJson, CardFile, Folder, Scheduler, Set, Trust, Workers
from risk.core.defaults import DEFAULT_PRICE
from risk.core.errors import InputError
from risk.core.kinds import INVENTED
from risk.core.pool import Pool

if TYPE_CHECKING:
    from polars import DataFrame

    from risk.world.replaying import Replay

DIAL: Final = "practice.assess_at_line=true"
Other = Annotated[str | None, typer.Option(help="The other practice: a scenario; else the cohort's own.")]
PriceOfLine = Annotated[
    float | None,
    typer.Option(
        help=f"With {DIAL}: assessments you would make to find one that was warranted, which sets the line. "
        f"[default: {DEFAULT_PRICE:g}]",
        show_default=False,
    ),
]
Sensitivity = Annotated[
    bool,
    typer.Option("--sensitivity", help=f"With {DIAL}: also with plans that help half and twice as much."),
]


@dataclass(frozen=True)
class AtLine:
    """The cohort whose homes are assessed when their records reach a line, and where that line stands."""

    folder: Path
    card: model.Card
    price: float
    households: int
    pool: Pool

    def replayed(self, other: world.Scenario) -> Replay:
        """Return the replay in which each home is assessed on its day."""
        with progress("Finding the days on which records reached the line", self.households) as step:
            days = reviews.days_at_line(
                self.card, self.folder, price=self.price, pool=self.pool, on_part=step
            )
        with progress("Replaying households", self.households) as step:
            return world.replay_in_full(self.folder, other, assess_on=days, pool=self.pool, on_part=step)

    def by_support(self) -> DataFrame:
        """Return what it would change with plans that help less and more."""
        n_tables = len(reviews.SUPPORT)
        with progress("Replaying with plans that help otherwise", n_tables * self.households) as step:
            return reviews.by_support(self.card, self.folder, price=self.price, pool=self.pool, on_part=step)


def replay_cohort(
    folder: Folder,
    scenario: Other = None,
    change: Set = None,
    card_file: CardFile = None,
    price: PriceOfLine = None,
    sensitivity: Sensitivity = False,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    trust_scheduler: Trust = False,
    as_json: AsJson = False,
) -> None:
    """Run a cohort's families again, with the same luck, under another practice; print what differs.

    Only noticing and practice may differ. Without --scenario and --set nothing does: every row is the same.

    With --set practice.assess_at_line=true, say what an assessment would have changed on the day on which a
    home's record first reached the card's line, and what it would have taken.
    """
    pool = Pool(workers, scheduler, trust_scheduler)
    made = records.read_manifest(folder).made
    own = world.Scenario.of_cohort(made) if scenario is None else world.Scenario.named(scenario)
    other = own.with_values(world.settings(change or []))
    if other.practice.assess_at_line:
        card = model.Card.shipped() if card_file is None else model.Card.read(card_file)
        at_line = AtLine(folder, card, DEFAULT_PRICE if price is None else price, made["households"], pool)
        _report_acting(at_line, at_line.replayed(other), sensitivity, as_json)
        return
    for name, given in (("--card", card_file), ("--price", price), ("--sensitivity", sensitivity or None)):
        if given is not None:
            raise InputError(f"{name}: it says when to act, which only --set {DIAL} does")
    with progress("Replaying households", made["households"]) as step:
        found = world.replay_in_full(folder, other, pool=pool, on_part=step)
    if as_json:
        print_json(_document(found))
    else:
        cli.print_replay(str(folder), found)


def _document(found: Replay) -> dict[str, Any]:
    """Return a replay as JSON has it."""
    return {
        "about": INVENTED,
        "scenario": found.scenario.name,
        "overrides": found.scenario.overrides,
        "replayed": found.replayed.name,
        "replayed_overrides": found.replayed.overrides,
        "seed": found.seed,
        "households": found.households,
        "children": found.children,
        "households_made_again_identical": found.households,
        "identical": found.identical,
        "rows": found.effects.to_dicts(),
    }


def _report_acting(at_line: AtLine, found: Replay, sensitivity: bool, as_json: bool) -> None:
    """Print what acting would have changed, over all homes and for those in harm on the day."""
    rows = reviews.acting_figures(found)
    by_support = at_line.by_support() if sensitivity else None
    line = model.line_at_price(at_line.card, at_line.price)
    if as_json:
        tables = {"acting": rows.to_dicts()}
        if by_support is not None:
            tables["sensitivity"] = by_support.to_dicts()
        print_json({**_document(found), "price": at_line.price, "line_points": line, **tables})
        return
    where = f"{at_line.folder}: {line} points, {at_line.price:g} assessments for one that is warranted"
    for group, words in reviews.GROUPS_IN_WORDS.items():
        cli.print_table(reviews.acting_table(rows, group), f"{where}. {words}")
    if by_support is not None:
        cli.print_table(reviews.support_table(by_support), "How much it rests on how much a plan helps")
    for sentence in reviews.acting_in_words(rows):
        say(f"• {sentence}", wrapped=True)
    say(f"All {found.households:,} households were first made again as they are: identical, row for row.")
    say(reviews.WHAT_ACTING_IS, wrapped=True)
    say(INVENTED, style="italic")
