"""The command that describes: what is in a cohort, one thing about it, or what a scenario assumes."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from risk import cli, national, records, reviews, show, world
from risk.cli.console import print_json, progress, say
from risk.cli.options import (
    SCENARIOS,
    AsJson,
    Force,
    Full,
    Printed,
    Scheduler,
    Set,
    Trust,
    Workers,
    Year,
    statutory_year,
)
from risk.cli.screen import MORE
from risk.core.errors import InputError, unknown
from risk.core.kinds import INVENTED
from risk.core.pool import Pool
from risk.core.wording import day

if TYPE_CHECKING:
    import polars as pl
    from altair.typing import ChartType

PICTURES: Final = ("html", "svg", "png")
MOST_NAMED: Final = 8
UNCALIBRATED: Final = "This scenario is not calibrated: its rates are assumptions, not published figures."

Described = Annotated[
    str,
    typer.Argument(
        metavar="DIR|SCENARIO",
        help=f"A cohort's folder; or a scenario ({', '.join(SCENARIOS)}, or a .toml file).",
        show_default=False,
    ),
]
Assumptions = Annotated[
    bool, typer.Option("--assumptions", help="List every assumption, with value, unit and source.")
]
Patterns = Annotated[
    bool, typer.Option("--patterns", help="Count the review's patterns, with example children.")
]
Calibration = Annotated[
    bool, typer.Option("--calibration", help="Hold a cohort's figures against the published ones.")
]
Shared = Annotated[
    bool, typer.Option("--shared", help="Count what each agency's concerns came to, once they were shared.")
]
Drawing = Annotated[
    Path | None, typer.Option("--out", help="With --calibration: draw it too, as .html, .svg or .png.")
]


def describe(
    what: Described,
    assumptions: Assumptions = False,
    patterns: Patterns = False,
    against_published: Calibration = False,
    shared: Shared = False,
    drawing: Drawing = None,
    year: Year = None,
    change: Set = None,
    force: Force = False,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    trust_scheduler: Trust = False,
    full: Full = False,
    as_json: AsJson = False,
) -> None:
    """Count what is in a cohort, or one thing about it; or list the assumptions of a scenario."""
    pool, printed = Pool(workers, scheduler, trust_scheduler), Printed(full, as_json)
    asked = {"--assumptions": assumptions, "--patterns": patterns, "--calibration": against_published}
    ways = _asked_for(asked | {"--shared": shared, "--year": year is not None}, drawing)
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
        _report_patterns(what, pool, as_json)
    elif against_published:
        _report_calibration(Path(what), drawing, force, pool, as_json)
    elif shared:
        _report_shared(what, pool, as_json)
    elif year is not None:
        _report_year(Path(what), year, pool, as_json)
    else:
        _report_counts(what, pool, printed)


def _asked_for(asked: dict[str, bool], drawing: Path | None) -> list[str]:
    """Return the one thing asked for, if any. Raises InputError for two, or for a drawing of nothing."""
    ways = [option for option, wanted in asked.items() if wanted]
    if len(ways) > 1:
        raise InputError(f"{' and '.join(ways)}: ask for one at a time")
    if drawing is not None and "--calibration" not in ways:
        raise InputError("--out: only what --calibration finds is drawn")
    return ways


def _counting(folder: Path) -> AbstractContextManager[Callable[[int], None]]:
    """Return what shows how many of a cohort's households have been looked at."""
    return progress(f"Counting in {folder}", records.read_manifest(folder).made["households"])


def _report_counts(folder: str, pool: Pool, printed: Printed) -> None:
    with _counting(Path(folder)) as step:
        about, event_counts = world.described(folder, pool=pool, on_part=step)
    if printed.as_json:
        print_json({**about, "event_counts": event_counts.to_dicts()})
        return
    if not printed.full:
        cli.print_screen(folder, _counts_in_brief(about, reviews.labelled(event_counts)), MORE, INVENTED)
        return
    cli.print_pairs(about, folder)
    cli.print_table(reviews.labelled(event_counts), "Events")
    if not about["calibrated"]:
        say(UNCALIBRATED)


def _counts_in_brief(about: dict[str, Any], counts: pl.DataFrame) -> list[tuple[str, list[str]]]:
    """Return what a cohort holds, how it was made, and what was written most, of counts with labels."""
    changed = f", changed: {', '.join(about['overrides'])}" if about["overrides"] else ""
    rows = [
        (
            "Holds",
            [
                f"{about['children']:,} children in {about['households']:,} households, "
                f"{about['weeks']:,} weeks from {day(date.fromisoformat(about['from_on']))}; "
                f"{about['events']:,} events."
            ],
        ),
        ("Made by", [f"{about['scenario']}, seed {about['seed']}{changed}."]),
        ("Care", [f"Of 1,000 days of a child's life {per_1000:,.0f} warranted an assessment, in hindsight."])
        if (per_1000 := 1_000 * (about["share_of_child_time_warranted"] or 0))
        else ("Care", []),
    ]
    for heading, column in (("By kind", "kind"), ("By agency", "agency")):
        of_each = counts.select(column, "events").group_by(column).sum()
        most = of_each.sort("events", column, descending=[True, False])
        rows.append((heading, [f"{name}: {n:,}." for name, n in most.head(MOST_NAMED).iter_rows()]))
    return [*rows, ("Calibrated", [] if about["calibrated"] else [UNCALIBRATED])]


def _report_assumptions(scenario: world.Scenario, as_json: bool) -> None:
    assumptions, worth = scenario.assumption_table(), world.worth(scenario)
    if as_json:
        about = {
            "scenario": scenario.name,
            "title": scenario.title,
            "calibrated": scenario.calibrated,
            "overrides": scenario.overrides,
        }
        rows = [row | {"value": json.loads(row["value"])} for row in assumptions.to_dicts()]
        print_json({**about, "assumptions": rows, "worth": worth.to_dicts()})
        return
    cli.print_table(assumptions, scenario.title)
    cli.print_worth(worth)
    if not scenario.calibrated:
        say(UNCALIBRATED)


def _report_calibration(folder: Path, drawing: Path | None, force: bool, pool: Pool, as_json: bool) -> None:
    if drawing is not None:
        _check_drawing(drawing, force)
    made = records.read_manifest(folder).made
    scenario = made["scenario"]
    with _counting(folder) as step:
        compared = national.calibration(folder, scenario, pool=pool, on_part=step)
    if drawing is not None:
        chart, kind = show.charts.calibration(compared), drawing.suffix[1:].lower()
        picture = _drawn(f"Calibration of {scenario}", chart, compared, kind)
        records.write(drawing, picture, force=force)
    if as_json:
        print_json(_as_json(scenario, compared))
        return
    cli.print_calibration(compared, f"{folder}: published and simulated figures of {scenario}")
    if made["overrides"]:
        say(f"The scenario was changed: {', '.join(made['overrides'])}.")
    say(INVENTED, style="italic")


def _as_json(scenario: str, compared: pl.DataFrame) -> dict[str, object]:
    """Return published against simulated figures; a row that passes is one within its tolerance."""
    rows = [row | {"pass": row["verdict"] == "within"} for row in compared.to_dicts()]
    passing = sum(row["pass"] for row in rows)
    return {"scenario": scenario, "passing": passing, **national.verdict_counts(compared), "rows": rows}


def _check_drawing(drawing: Path, force: bool) -> None:
    if drawing.suffix[1:].lower() not in PICTURES:
        raise InputError(f"--out {drawing}: {unknown('kind of picture', drawing.suffix[1:], PICTURES)}")
    records.check_free(drawing, force=force)


def _drawn(title: str, chart: ChartType, compared: pl.DataFrame, kind: str) -> bytes:
    if kind != "html":
        return show.picture(chart, kind)
    table = national.calibration_table(compared)
    parts = [
        show.Part("Published and simulated", chart=chart, table=table, note=INVENTED),
        show.Part("By age, deprivation and length", chart=show.charts.shapes(compared), note=INVENTED),
    ]
    return show.page.page(title, parts).encode()


def _report_year(folder: Path, ending: int, pool: Pool, as_json: bool) -> None:
    year = statutory_year(ending, records.read_manifest(folder).made)
    with _counting(folder) as step:
        rows = national.counts(folder, year, pool=pool, on_part=step)
    if as_json:
        print_json({"year": ending, "from_on": year.from_on, "to_on": year.to_on, "rows": rows.to_dicts()})
    else:
        cli.print_table(rows.drop("name"), f"{folder}: children in the year to {year.last_on}")


def _report_patterns(folder: str, pool: Pool, as_json: bool) -> None:
    with _counting(Path(folder)) as step:
        rows = world.patterns(folder, pool=pool, on_part=step)
    if as_json:
        print_json({"about": INVENTED, "rows": rows.to_dicts()})
    else:
        cli.print_patterns(rows, folder)


def _report_shared(folder: str, pool: Pool, as_json: bool) -> None:
    with _counting(Path(folder)) as step:
        rows = world.shared_concerns(folder, pool=pool, on_part=step)
    if as_json:
        print_json({"about": INVENTED, "rows": rows.to_dicts()})
        return
    cli.print_table(reviews.labelled(rows), f"{folder}: what each agency's concerns came to")
    say(world.shared_in_words(rows))
    say(INVENTED, style="italic")
