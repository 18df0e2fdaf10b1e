"""The commands about cohorts: make one, and check one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from risk import cli, records, world
from risk.cli.console import complain, print_json, progress, say
from risk.cli.options import (
    AsJson,
    Folder,
    Households,
    Scheduler,
    Seed,
    Set,
    Trust,
    Workers,
    span_of,
    years_in_words,
)
from risk.core.pool import Pool

Made = Annotated[str, typer.Argument(help="A shipped scenario or a .toml file.", show_default=False)]
NewFolder = Annotated[Path, typer.Option("--out", help="A folder that does not exist yet.")]
Years = Annotated[int | None, typer.Option(min=1, max=20, help="Years followed; else the scenario's own.")]
PartSize = Annotated[
    int | None, typer.Option(min=1, help="Households a partition; else chosen for the workers.")
]
Restart = Annotated[bool, typer.Option("--restart", help="Throw an unfinished run away.")]


def generate_cohort(
    scenario: Made,
    out_folder: NewFolder,
    households: Households = 5_000,
    years: Years = None,
    seed: Seed = 1,
    workers: Workers = 1,
    change: Set = None,
    households_a_part: PartSize = None,
    scheduler: Scheduler = None,
    trust_scheduler: Trust = False,
    restart: Restart = False,
) -> None:
    """Make a cohort of invented households: what was written down, and apart from it what happened.

    When it is stopped, the same command goes on where it was.
    """
    chosen = world.Scenario.named(scenario, world.settings(change or []))
    pool = Pool(workers, scheduler, trust_scheduler)
    try:
        with progress("Simulating households", households) as step:
            world.generate(
                *(chosen, out_folder),
                households=households,
                seed=seed,
                years=years,
                pool=pool,
                households_a_part=households_a_part,
                restart=restart,
                on_part=step,
            )
    except KeyboardInterrupt:
        complain(f"stopped; the same command goes on from there to {out_folder}")
        raise typer.Exit(130) from None
    say(f"Wrote {out_folder}: {households:,} households of {chosen.title}.")
    made = world.made(chosen, households, seed, years)  # nothing is read back: what is written is done
    first, last = span_of(made)
    say(f"From {first} to {last}; whole statutory years, named by their end: {years_in_words(made)}.")


def verify_cohort(
    folder: Folder,
    remake: Annotated[
        float, typer.Option(min=0, max=1, help="Make this share of the households again, and compare.")
    ] = 0.0,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    trust_scheduler: Trust = False,
    as_json: AsJson = False,
) -> None:
    """Check that a cohort's papers, files, schemas, references and hashes follow from how it was made."""
    pool = Pool(workers, scheduler, trust_scheduler)
    with progress("Checking papers, files, schemas, references and hashes"):
        tables = records.verify(folder, pool=pool)
    with progress("Making households again", tables["rows"][0] if remake else None) as step:
        n_again = world.remake(folder, remake, pool=pool, on_part=step)
    if as_json:
        about = {"folder": str(folder), "verified": True, "households_made_again": n_again}
        print_json({**about, "tables": tables.to_dicts()})
        return
    short = tables.with_columns(tables["content_hash"].str.head(12))
    cli.print_table(short, f"{folder} agrees with its manifest")
    if n_again:
        say(f"{n_again:,} households were made again from its scenario and seed: the same, row for row.")
