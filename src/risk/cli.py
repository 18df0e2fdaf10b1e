"""The command line: does the talking. Every figure it prints comes from a function of the package.

A user's mistake ends in one clear message and status 2, with nothing written or half-written. Reports
take --json and print one JSON document; progress shows on a terminal only.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import polars as pl
import typer

from risk import charts
from risk.alarms import DEFAULT_PRICE
from risk.calibration import calibration
from risk.case import Case, case_names, read_case
from risk.cohort import Cohort, parts
from risk.console import (
    calibration_table,
    err,
    labelled,
    print_calibration,
    print_card,
    print_json,
    print_measures,
    print_pairs,
    print_patterns,
    print_replay,
    print_review,
    print_table,
    progress,
    say,
)
from risk.demo import demo_page
from risk.describe import described, in_brief
from risk.evaluate import evaluate, ratio_to_incident
from risk.features import featurise
from risk.generate import generate
from risk.kinds import INVENTED
from risk.landmarks import labels, landmarks, split
from risk.manifest import read_manifest
from risk.mistakes import InputError, unknown
from risk.notebook import Part, page, picture
from risk.overrides import settings
from risk.patterns import combined, counted
from risk.replay import replay_in_full
from risk.report import as_document
from risk.review import Review, cohort_summary, review, review_cohort
from risk.scenario import Scenario
from risk.scenario_file import scenario_names
from risk.scorecard import CumulativeScorecard
from risk.simulate import simulate
from risk.trajectory import trajectory
from risk.verify import verify

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help=(
        "When should the cumulative concerns about a child have triggered an assessment?\n\n"
        f"{INVENTED}\n\nStart with `risk demo`, then `risk lab`."
    ),
)

Folder = Annotated[Path, typer.Argument(help="A cohort's folder, from `risk generate`.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")]
CardFile = Annotated[Path | None, typer.Option("--card", help="A card made by `risk fit`.")]
Price = Annotated[
    float, typer.Option(help="Assessments you would make to find one that was warranted: sets the line.")
]
Seed = Annotated[int, typer.Option(min=0, max=2**64 - 1, help="Same seed, same content, on any machine.")]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change an assumption by name, as in noticing.shares.police=1.0; as often as you like.",
        show_default=False,
    ),
]
Households = Annotated[int, typer.Option(min=1, max=100_000_000, help="How many households.")]


PICTURES: Final = ("html", "svg", "png")


class Engine(StrEnum):
    """Where `risk generate` makes partitions: on this machine, or on a Dask cluster."""

    LOCAL = "local"
    DASK = "dask"


UNCALIBRATED: Final = "This scenario is not calibrated: its rates are assumptions, not published figures."


def main() -> None:
    """Run the command line; leave with status 2 for a user's mistake, without a traceback."""
    try:
        app()
    except InputError as mistake:
        err.print(f"risk: {mistake}", markup=False, soft_wrap=True)
        sys.exit(2)


@app.command()
def demo(
    out_folder: Annotated[Path, typer.Option("--out", help="Where to write demo.html.")] = Path("demo"),
    households: Households = 5_000,
    seed: Seed = 1,
) -> None:
    """From nothing to the day the line was crossed: a cohort, a card and the review's case."""
    scenario = Scenario.named("england_2014")
    with progress("Simulating households", households) as step:
        cohort = simulate(scenario, households=households, seed=seed, on_block=step)
    with progress("Fitting the card and judging it"):
        train, test = _train_and_test([cohort])
        card = CumulativeScorecard().fit(train)
        measures = evaluate(card, test, cohort.record, cohort.truth)
    case = read_case("norfolk_review")
    # The case is reviewed as `risk review` does it: one point more or less on a card fitted to fewer
    # households moves a day by months.
    shipped = CumulativeScorecard.shipped()
    found = review(trajectory(shipped, case.record, case.child_id, texts=case.texts))
    say(scenario.title, style="bold")
    say(f"{households:,} households, seed {seed}. {INVENTED}\n")
    print_card(card)
    print_measures(measures, test)
    say("The review's case, by the card that comes with the package:")
    print_review(case.name, found, case)
    page = _write_text(out_folder / "demo.html", demo_page(found, case, measures, households))
    say(f"\nOpen {page} in a browser: it needs no network.")


@app.command("generate")
def generate_command(
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


@app.command("verify")
def verify_command(folder: Folder, as_json: AsJson = False) -> None:
    """Check that a cohort's files, schemas, references and content hashes agree with its manifest."""
    with progress("Checking files, schemas, references and hashes"):
        tables = verify(folder)
    if as_json:
        print_json({"folder": str(folder), "verified": True, "tables": tables.to_dicts()})
        return
    short = tables.with_columns(pl.col("content_hash").str.head(12))
    print_table(short, f"{folder} agrees with its manifest")


@app.command()
def describe(
    what: Annotated[
        str,
        typer.Argument(
            metavar="DIR|SCENARIO",
            help=f"A cohort's folder; or a scenario ({', '.join(scenario_names())}, or a .toml file).",
            show_default=False,
        ),
    ],
    patterns: Annotated[
        bool, typer.Option("--patterns", help="Count the review's thirteen patterns, with example children.")
    ] = False,
    change: Set = None,
    as_json: AsJson = False,
    against_published: Annotated[
        bool, typer.Option("--calibration", help="Hold a cohort's figures against the published ones.")
    ] = False,
    drawing: Annotated[
        Path | None, typer.Option("--out", help="With --calibration: draw it too, as .html, .svg or .png.")
    ] = None,
) -> None:
    """Count what is in a cohort; or list every assumption of a scenario, with unit and source."""
    if drawing is not None and not against_published:
        raise InputError("--out: only what --calibration finds is drawn")
    if what in scenario_names() or what.endswith(".toml"):
        if against_published or patterns:
            asked = "--calibration" if against_published else "--patterns"
            raise InputError(f"{asked}: only for a cohort's folder; {what} is a scenario")
        _report_assumptions(Scenario.named(what, settings(change or [])), as_json)
        return
    if change:
        raise InputError(f"--set {change[0]}: only for a scenario; {what} is already made")
    if patterns:
        _report_patterns(what, as_json)
        return
    if against_published:
        _report_calibration(Path(what), drawing, as_json)
        return
    with progress(f"Reading {what}"):
        about, counts = described(parts(what))
    if as_json:
        print_json({**about, "event_counts": counts.to_dicts()})
        return
    print_pairs(about, what)
    print_table(labelled(counts), "Events")
    if not about["calibrated"]:
        say(UNCALIBRATED)


@app.command()
def fit(
    folder: Folder,
    out_file: Annotated[Path, typer.Option("--out", help="Where to write the card, as JSON.")],
    as_json: AsJson = False,
) -> None:
    """Fit a scorecard to a cohort's training households (70 %), and write it."""
    with progress("Fitting the card"):
        made = read_manifest(folder).made
        train, _ = _train_and_test(parts(folder))
        card = CumulativeScorecard().fit(train)
    card.trained_on_["cohort"] = in_brief(made)
    _write_text(out_file, card.to_json() + "\n")
    if as_json:
        print_json(json.loads(card.to_json()))
        return
    print_card(card)
    say(f"Wrote {out_file}. {INVENTED}")


@app.command("evaluate")
def evaluate_command(
    folder: Folder, card_file: CardFile = None, price: Price = DEFAULT_PRICE, as_json: AsJson = False
) -> None:
    """Judge a card on a cohort's test households (30 %).

    Without --card, one is fitted to the cohort's other households.
    """
    cohort = _read(folder)
    with progress("Judging on test households"):
        train, test = _train_and_test([cohort])
        card = CumulativeScorecard().fit(train) if card_file is None else CumulativeScorecard.read(card_file)
        measures = evaluate(card, test, cohort.record, cohort.truth, price=price)
    if not as_json:
        print_measures(measures, test)
        return
    answered = test["warranted"].drop_nulls()
    print_json(
        {
            "about": INVENTED,
            "scenario": cohort.made["scenario"],
            "price": price,
            "test_households": test["household_id"].n_unique(),
            "test_child_landmarks": answered.len(),
            "warranted_share": float(answered.to_numpy().mean()),
            "measures": measures.to_dicts(),
            "average_precision_ratio_to_worst_incident": ratio_to_incident(measures),
        }
    )


@app.command("review")
def review_command(
    what: Annotated[
        str,
        typer.Argument(
            metavar="CASE|DIR|FILE",
            help=f"A shipped case ({', '.join(case_names())}), a cohort's folder, or a .csv chronology.",
            show_default=False,
        ),
    ],
    card_file: CardFile = None,
    child: Annotated[int | None, typer.Option(help="One child of a cohort, by child_id.")] = None,
    price: Price = DEFAULT_PRICE,
    as_json: AsJson = False,
) -> None:
    """Say by which day the record supported an assessment, who could have seen it, and what followed.

    Without --card, the card that comes with the package is used.
    """
    card = CumulativeScorecard.shipped() if card_file is None else CumulativeScorecard.read(card_file)
    if not Path(what).is_dir():
        if child is not None:
            raise InputError(f"--child {child}: only for a cohort's folder; {what} is about one child")
        case = read_case(what)
        path = trajectory(card, case.record, case.child_id, price=price, texts=case.texts)
        _report_review(case.name, review(path), case, as_json)
        return
    if child is not None:
        part = _part_of(child, Path(what))
        path = trajectory(card, part.record, child, price=price)
        _report_review(f"child {child}", review(path, part.truth), None, as_json)
        return
    with progress("Reviewing every child"):
        children = pl.concat([review_cohort(card, part, price=price) for part in parts(what)])
    _report_cohort(what, children, date.fromisoformat(read_manifest(Path(what)).made["from_on"]), as_json)


@app.command("replay")
def replay_command(
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


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context) -> None:
    """Open JupyterLab on the notebooks, on this machine only, with its token on.

    Further options go to JupyterLab, for instance `risk lab --no-browser`.
    """
    folder = Path(__file__).resolve().parents[2] / "notebooks"
    if not folder.is_dir():
        raise InputError(f"{folder}: no notebooks here; `risk lab` works from a clone of the project")
    command = [
        *(sys.executable, "-m", "jupyterlab", "--ip=127.0.0.1", f"--ServerApp.root_dir={folder}"),
        *("--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.news_url="),
        *context.args,
    ]
    raise typer.Exit(subprocess.call(command))


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
    scenario = read_manifest(folder).made["scenario"]
    with progress(f"Measuring {folder}"):
        compared = calibration(parts(folder), scenario)
    if drawing is not None:
        chart, kind = charts.calibration(compared), drawing.suffix[1:]
        about = Part("Published and simulated", chart=chart, table=calibration_table(compared), note=INVENTED)
        whole = (
            page(f"Calibration of {scenario}", [about]).encode() if kind == "html" else picture(chart, kind)
        )
        _write(drawing, whole)
    if as_json:
        n_passing = int(compared["pass"].sum())
        print_json({"scenario": scenario, "passing": n_passing, "rows": compared.to_dicts()})
        return
    print_calibration(compared, f"{folder}: published and simulated figures of {scenario}")
    say(INVENTED, style="italic")


def _report_patterns(folder: str, as_json: bool) -> None:
    with progress(f"Counting in {folder}"):
        rows = combined(counted(part) for part in parts(Path(folder)))
    if as_json:
        print_json({"about": INVENTED, "rows": rows.to_dicts()})
    else:
        print_patterns(rows, folder)


def _read(folder: Path) -> Cohort:
    with progress(f"Reading {folder}"):
        return Cohort.read(folder)


def _part_of(child: int, folder: Path) -> Cohort:
    """Return the partition that a child would be in: they come in the order of their children's ids."""
    for part in parts(folder):
        if child <= max(part.record.children["child_id"], default=-1):
            break
    return part


def _train_and_test(cohort: Iterable[Cohort]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return landmark rows for training and testing; of each part, only these are kept."""
    rows = [labels(featurise(landmarks(part.record), part.record), part.truth) for part in cohort]
    return split(pl.concat(rows), by="household_id", test_share=0.3, seed=1)


def _write_text(path: Path, text: str) -> Path:
    """Write a text whole or not at all, and return its path."""
    return _write(path, text.encode("utf-8"))


def _write(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all, and return its path."""
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None
    return path


def _report_review(name: str, found: Review, case: Case | None, as_json: bool) -> None:
    if as_json:
        print_json({"case": name, **as_document(found, case)})
    else:
        print_review(name, found, case)


def _report_cohort(folder: str, children: pl.DataFrame, from_on: date, as_json: bool) -> None:
    about = cohort_summary(children, from_on)
    if as_json:
        print_json({"about": INVENTED, "summary": about, "children": children.to_dicts()})
        return
    print_pairs(about, f"{folder}: by this day the shared record supported an assessment")
    waited = children.drop_nulls(["harm_began_on", "days_between"])
    longest = waited.sort("days_between", "child_id", descending=[True, False]).head(20)
    columns = ("child_id", "harm_began_on", "triggered_on", "assessed_on", "days_between")
    shown = longest.select(columns).with_columns(pl.col("child_id").cast(pl.String))
    print_table(
        shown,
        "Children whom harm reached: the longest waits that ended in an assessment",
    )
    if longest.height:
        say(f"One child: risk review {folder} --child {longest['child_id'][0]}")
    say(INVENTED, style="italic")
