"""The commands about cohorts: make, check, count, and run again under another practice."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from risk import cli, national, records, reviews, show, world
from risk.cli.console import complain, print_json, progress, say
from risk.cli.options import SCENARIOS, AsJson, Folder, Force, Households, Seed, Set, Year, statutory_year
from risk.core.errors import InputError, unknown
from risk.core.kinds import INVENTED

if TYPE_CHECKING:
    import polars as pl
    from altair.typing import ChartType

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
    chosen = world.Scenario.named(scenario, world.settings(change or []))
    if (engine is Engine.DASK) != (scheduler is not None):
        raise InputError("--engine dask and --scheduler tcp://host:port need each other")
    try:
        with progress("Simulating households", households) as step:
            world.generate(
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
        complain(f"stopped; the same command goes on from there to {out_folder}")
        raise typer.Exit(130) from None
    say(f"Wrote {out_folder}: {households:,} households of {chosen.title}.")


def verify_cohort(folder: Folder, as_json: AsJson = False) -> None:
    """Check that a cohort's files, schemas, references and content hashes agree with its manifest."""
    with progress("Checking files, schemas, references and hashes"):
        tables = records.verify(folder)
    if as_json:
        print_json({"folder": str(folder), "verified": True, "tables": tables.to_dicts()})
        return
    short = tables.with_columns(tables["content_hash"].str.head(12))
    cli.print_table(short, f"{folder} agrees with its manifest")


def describe(
    what: Annotated[
        str,
        typer.Argument(
            metavar="DIR|SCENARIO",
            help=f"A cohort's folder; or a scenario ({', '.join(SCENARIOS)}, or a .toml file).",
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
    force: Force = False,
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
    if what in world.scenario_names() or what.lower().endswith(".toml"):
        if ways and not assumptions:
            raise InputError(f"{ways[0]}: only for a cohort's folder; {what} is a scenario")
        _report_assumptions(world.Scenario.named(what, world.settings(change or [])), as_json)
        return
    if change:
        raise InputError(f"--set {change[0]}: only for a scenario; {what} is already made")
    if assumptions:
        _report_assumptions(world.Scenario.of_cohort(records.read_manifest(Path(what)).made), as_json)
    elif patterns:
        _report_patterns(what, as_json)
    elif against_published:
        _report_calibration(Path(what), drawing, force, as_json)
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
    made = records.read_manifest(folder).made
    own = world.Scenario.of_cohort(made) if scenario is None else world.Scenario.named(scenario)
    other = own.with_values(world.settings(change or []))
    with progress("Replaying households", made["households"]) as step:
        found = world.replay_in_full(folder, other, on_part=step)
    if not as_json:
        cli.print_replay(str(folder), found)
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
        about, event_counts = world.described(records.parts(folder))
    if as_json:
        print_json({**about, "event_counts": event_counts.to_dicts()})
        return
    cli.print_pairs(about, folder)
    cli.print_table(reviews.labelled(event_counts), "Events")
    if not about["calibrated"]:
        say(UNCALIBRATED)


def _report_assumptions(scenario: world.Scenario, as_json: bool) -> None:
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
    cli.print_table(assumptions, scenario.title)
    if not scenario.calibrated:
        say(UNCALIBRATED)


def _report_calibration(folder: Path, drawing: Path | None, force: bool, as_json: bool) -> None:
    if drawing is not None:
        if drawing.suffix[1:].lower() not in PICTURES:
            raise InputError(f"--out {drawing}: {unknown('kind of picture', drawing.suffix[1:], PICTURES)}")
        records.check_free(drawing, force=force)
    made = records.read_manifest(folder).made
    scenario = made["scenario"]
    with progress(f"Measuring {folder}"):
        compared = national.calibration(records.parts(folder), scenario)
    if drawing is not None:
        chart, kind = show.charts.calibration(compared), drawing.suffix[1:].lower()
        picture = _drawn(f"Calibration of {scenario}", chart, compared, kind)
        records.write(drawing, picture, force=force)
    if as_json:
        n_passing = int(compared["pass"].sum())
        print_json({"scenario": scenario, "passing": n_passing, "rows": compared.to_dicts()})
        return
    cli.print_calibration(compared, f"{folder}: published and simulated figures of {scenario}")
    if made["overrides"]:
        say(f"The scenario was changed: {', '.join(made['overrides'])}.")
    say(INVENTED, style="italic")


def _drawn(title: str, chart: ChartType, compared: pl.DataFrame, kind: str) -> bytes:
    if kind != "html":
        return show.picture(chart, kind)
    table = national.calibration_table(compared)
    part = show.Part("Published and simulated", chart=chart, table=table, note=INVENTED)
    return show.page.page(title, [part]).encode()


def _report_year(folder: Path, ending: int, as_json: bool) -> None:
    year = statutory_year(ending, records.read_manifest(folder).made)
    with progress(f"Counting in {folder}"):
        rows = national.counts(records.parts(folder), year)
    if as_json:
        print_json({"year": ending, "from_on": year.from_on, "to_on": year.to_on, "rows": rows.to_dicts()})
    else:
        cli.print_table(rows.drop("name"), f"{folder}: children in the year to {year.last_on}")


def _report_patterns(folder: str, as_json: bool) -> None:
    with progress(f"Counting in {folder}"):
        rows = world.combined(world.counted(part) for part in records.parts(Path(folder)))
    if as_json:
        print_json({"about": INVENTED, "rows": rows.to_dicts()})
    else:
        cli.print_patterns(rows, folder)
