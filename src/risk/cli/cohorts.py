"""The commands about cohorts: make, check, count, and run again under another practice."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import polars as pl
import typer

from risk.cli.console import (
    err,
    print_calibration,
    print_json,
    print_pairs,
    print_patterns,
    print_replay,
    print_table,
    progress,
    say,
)
from risk.cli.options import AsJson, Folder, Households, Seed, Set, Year, statutory_year
from risk.core.errors import InputError, unknown
from risk.core.kinds import INVENTED
from risk.national.published import calibration, calibration_table
from risk.national.returns.counts import counts
from risk.records.cohort import parts
from risk.records.draft import write
from risk.records.manifest import read_manifest
from risk.records.verification import verify
from risk.reviews.tables import labelled
from risk.show import charts
from risk.show.notebook import picture
from risk.show.page import Part, page
from risk.world.description import described
from risk.world.generation import generate
from risk.world.overrides import settings
from risk.world.patterns.rates import combined, counted
from risk.world.replaying import replay_in_full
from risk.world.scenario import Scenario
from risk.world.scenario_file import scenario_names

PICTURES: Final = ("html", "svg", "png")
UNCALIBRATED: Final = "This scenario is not calibrated: its rates are assumptions, not published figures."


class Engine(StrEnum):
    """Where `risk generate` makes partitions: on this machine, or on a Dask cluster."""

    LOCAL = "local"
    DASK = "dask"


def generate_cohort(
    scenario: Annotated[str, typer.Argument(help="A shipped scenario or a .toml file.", show_default=False)],
    out_folder: Annotated[Path, typer.Option("--out", help="A folder that does not exist yet.")],
    households: Households = 5_000,
    years: Annotated[
        int | None, typer.Option(min=1, max=20, help="Years followed; else the scenario's own.")
    ] = None,
    seed: Seed = 1,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes; the content is the same.")] = 1,
    change: Set = None,
    households_a_part: Annotated[
        int | None, typer.Option(min=1, help="Households a partition; else chosen for the workers.")
    ] = None,
    engine: Annotated[Engine, typer.Option(help="Where partitions are made.")] = Engine.LOCAL,
    scheduler: Annotated[str | None, typer.Option(help="A Dask scheduler, tcp://host:port.")] = None,
    restart: Annotated[bool, typer.Option("--restart", help="Throw an unfinished run away.")] = False,
) -> None:
    """Make a cohort of invented households: what was written down, and apart from it what happened.

    When it is stopped, the same command goes on where it was.
    """
    chosen = Scenario.named(scenario, settings(change or []))
    if (engine is Engine.DASK) != (scheduler is not None):
        raise InputError("--engine dask and --scheduler tcp://host:port need each other")
    try:
        with progress("Simulating households", households) as step:
            generate(
                chosen,
                out_folder,
                households=households,
                seed=seed,
                years=years,
                workers=workers,
                scheduler=scheduler,
                households_a_part=households_a_part,
                restart=restart,
                on_part=step,
            )
    except KeyboardInterrupt:
        err.print(f"risk: stopped; the same command goes on from there to {out_folder}", markup=False)
        raise typer.Exit(130) from None
    say(f"Wrote {out_folder}: {households:,} households of {chosen.title}.")


def verify_cohort(folder: Folder, as_json: AsJson = False) -> None:
    """Check that a cohort's files, schemas, references and content hashes agree with its manifest."""
    with progress("Checking files, schemas, references and hashes"):
        tables = verify(folder)
    if as_json:
        print_json({"folder": str(folder), "verified": True, "tables": tables.to_dicts()})
        return
    short = tables.with_columns(pl.col("content_hash").str.head(12))
    print_table(short, f"{folder} agrees with its manifest")


def describe(
    what: Annotated[
        str,
        typer.Argument(
            metavar="DIR|SCENARIO",
            help=f"A cohort's folder; or a scenario ({', '.join(scenario_names())}, or a .toml file).",
            show_default=False,
        ),
    ],
    assumptions: Annotated[
        bool, typer.Option("--assumptions", help="List every assumption, with value, unit and source.")
    ] = False,
    patterns: Annotated[
        bool, typer.Option("--patterns", help="Count the review's thirteen patterns, with example children.")
    ] = False,
    against_published: Annotated[
        bool, typer.Option("--calibration", help="Hold a cohort's figures against the published ones.")
    ] = False,
    drawing: Annotated[
        Path | None, typer.Option("--out", help="With --calibration: draw it too, as .html, .svg or .png.")
    ] = None,
    year: Year = None,
    change: Set = None,
    as_json: AsJson = False,
) -> None:
    """Count what is in a cohort, or one thing about it; or list the assumptions of a scenario."""
    asked = {"--assumptions": assumptions, "--patterns": patterns, "--calibration": against_published}
    asked["--year"] = year is not None
    ways = [option for option, wanted in asked.items() if wanted]
    if len(ways) > 1:
        raise InputError(f"{' and '.join(ways)}: ask for one at a time")
    if drawing is not None and not against_published:
        raise InputError("--out: only what --calibration finds is drawn")
    if what in scenario_names() or what.endswith(".toml"):
        if ways and not assumptions:
            raise InputError(f"{ways[0]}: only for a cohort's folder; {what} is a scenario")
        _report_assumptions(Scenario.named(what, settings(change or [])), as_json)
        return
    if change:
        raise InputError(f"--set {change[0]}: only for a scenario; {what} is already made")
    if assumptions:
        _report_assumptions(Scenario.of_cohort(read_manifest(Path(what)).made), as_json)
    elif patterns:
        _report_patterns(what, as_json)
    elif against_published:
        _report_calibration(Path(what), drawing, as_json)
    elif year is not None:
        _report_year(Path(what), year, as_json)
    else:
        _report_counts(what, as_json)


def replay_cohort(
    folder: Folder,
    scenario: Annotated[
        str | None, typer.Option(help="The other practice: a scenario; else the cohort's own.")
    ] = None,
    change: Set = None,
    as_json: AsJson = False,
) -> None:
    """Run a cohort's families again, with the same luck, under another practice; print what differs.

    Only noticing and practice may differ. Without --scenario and --set nothing does: every row is the same.
    """
    made = read_manifest(folder).made
    own = Scenario.of_cohort(made) if scenario is None else Scenario.named(scenario)
    other = own.with_values(settings(change or []))
    with progress("Replaying households", made["households"]) as step:
        found = replay_in_full(folder, other, on_part=step)
    if not as_json:
        print_replay(str(folder), found)
        return
    print_json(
        {
            "about": INVENTED,
            "scenario": found.scenario.name,
            "overrides": found.scenario.overrides,
            "replayed": other.name,
            "replayed_overrides": other.overrides,
            "seed": made["seed"],
            "households": found.households,
            "children": found.children,
            "households_made_again_identical": found.households,
            "identical": found.identical,
            "rows": found.effects.to_dicts(),
        }
    )


def _report_counts(folder: str, as_json: bool) -> None:
    with progress(f"Reading {folder}"):
        about, counts = described(parts(folder))
    if as_json:
        print_json({**about, "event_counts": counts.to_dicts()})
        return
    print_pairs(about, folder)
    print_table(labelled(counts), "Events")
    if not about["calibrated"]:
        say(UNCALIBRATED)


def _report_assumptions(scenario: Scenario, as_json: bool) -> None:
    assumptions = scenario.assumption_table()
    if as_json:
        about = {
            "scenario": scenario.name,
            "title": scenario.title,
            "calibrated": scenario.calibrated,
            "overrides": scenario.overrides,
        }
        rows = [row | {"value": json.loads(row["value"])} for row in assumptions.to_dicts()]
        print_json({**about, "assumptions": rows})
        return
    print_table(assumptions, scenario.title)
    if not scenario.calibrated:
        say(UNCALIBRATED)


def _report_calibration(folder: Path, drawing: Path | None, as_json: bool) -> None:
    if drawing is not None and drawing.suffix[1:] not in PICTURES:
        raise InputError(f"--out {drawing}: {unknown('kind of picture', drawing.suffix[1:], PICTURES)}")
    made = read_manifest(folder).made
    scenario = made["scenario"]
    with progress(f"Measuring {folder}"):
        compared = calibration(parts(folder), scenario)
    if drawing is not None:
        chart, kind = charts.calibration(compared), drawing.suffix[1:]
        about = Part("Published and simulated", chart=chart, table=calibration_table(compared), note=INVENTED)
        whole = (
            page(f"Calibration of {scenario}", [about]).encode() if kind == "html" else picture(chart, kind)
        )
        write(drawing, whole)
    if as_json:
        n_passing = int(compared["pass"].sum())
        print_json({"scenario": scenario, "passing": n_passing, "rows": compared.to_dicts()})
        return
    print_calibration(compared, f"{folder}: published and simulated figures of {scenario}")
    if made["overrides"]:
        say(f"The scenario was changed: {', '.join(made['overrides'])}.")
    say(INVENTED, style="italic")


def _report_year(folder: Path, ending: int, as_json: bool) -> None:
    year = statutory_year(ending, read_manifest(folder).made)
    with progress(f"Counting in {folder}"):
        rows = counts(parts(folder), year)
    if as_json:
        print_json({"year": ending, "from_on": year.from_on, "to_on": year.to_on, "rows": rows.to_dicts()})
    else:
        print_table(rows.drop("name"), f"{folder}: children in the year to {year.last_on}")


def _report_patterns(folder: str, as_json: bool) -> None:
    with progress(f"Counting in {folder}"):
        rows = combined(counted(part) for part in parts(Path(folder)))
    if as_json:
        print_json({"about": INVENTED, "rows": rows.to_dicts()})
    else:
        print_patterns(rows, folder)
