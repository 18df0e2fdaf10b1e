"""The command line: does the talking. Every figure it prints comes from a function of the package.

A user's mistake ends in one clear message and status 2, with nothing written or half-written. Reports
take --json and print one JSON document; progress shows on a terminal only.
"""

import json
import subprocess
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import polars as pl
import typer

from risk.alarms import DEFAULT_PRICE
from risk.case import Case, case_names, read_case
from risk.cohort import Cohort, parts, verify
from risk.console import (
    err,
    labelled,
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
from risk.describe import event_counts, in_brief, summary
from risk.evaluate import evaluate, ratio_to_incident
from risk.features import featurise
from risk.kinds import INVENTED
from risk.landmarks import labels, landmarks, split
from risk.manifest import read_manifest
from risk.mistakes import InputError
from risk.overrides import settings
from risk.patterns import combined, counted
from risk.replay import replay_in_full
from risk.report import as_document
from risk.review import Review, cohort_summary, review, review_cohort
from risk.scenario import Scenario
from risk.scenario_file import scenario_names
from risk.scorecard import CumulativeScorecard
from risk.simulate import generate, simulate
from risk.trajectory import trajectory

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
        train, test = _train_and_test(cohort)
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
) -> None:
    """Make a cohort of invented households: what was written down, and apart from it what happened."""
    chosen = Scenario.named(scenario, settings(change or []))
    with progress("Simulating households", households) as step:
        generate(
            chosen,
            out_folder,
            households=households,
            seed=seed,
            years=years,
            workers=workers,
            on_block=step,
        )
    say(f"Wrote {out_folder}: {households:,} households of {chosen.title}.")


@app.command("verify")
def verify_command(folder: Folder, as_json: AsJson = False) -> None:
    """Check that a cohort's files, schemas, references and content hashes agree with its manifest."""
    with progress("Checking files, schemas, references and hashes"):
        tables = verify(folder)
    if as_json:
        print_json({"folder": str(folder), "verified": True, "tables": tables.to_dicts()})
        return
    short = tables.with_columns(pl.col("content_sha256").str.head(12))
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
) -> None:
    """Count what is in a cohort; or list every assumption of a scenario, with unit and source."""
    if what in scenario_names() or what.endswith(".toml"):
        if patterns:
            raise InputError(f"{what}: --patterns counts in a cohort's folder; `risk generate` makes one")
        _report_assumptions(Scenario.named(what, settings(change or [])), as_json)
        return
    if change:
        raise InputError(f"--set {change[0]}: only for a scenario; {what} is already made")
    if patterns:
        _report_patterns(what, as_json)
        return
    cohort = _read(Path(what))
    about, counts = summary(cohort), event_counts(cohort.record)
    if as_json:
        print_json({**about, "event_counts": counts.to_dicts()})
        return
    print_pairs(about, what)
    print_table(labelled(counts), "Events")
    if not cohort.made["calibrated"]:
        say(UNCALIBRATED)


@app.command()
def fit(
    folder: Folder,
    out_file: Annotated[Path, typer.Option("--out", help="Where to write the card, as JSON.")],
    as_json: AsJson = False,
) -> None:
    """Fit a scorecard to a cohort's training households (70 %), and write it."""
    cohort = _read(folder)
    with progress("Fitting the card"):
        train, _ = _train_and_test(cohort)
        card = CumulativeScorecard().fit(train)
    card.trained_on_["cohort"] = in_brief(cohort.made)
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
        train, test = _train_and_test(cohort)
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
    cohort = _read(Path(what))
    if child is not None:
        path = trajectory(card, cohort.record, child, price=price)
        _report_review(f"child {child}", review(path, cohort.truth), None, as_json)
        return
    with progress("Reviewing every child"):
        children = review_cohort(card, cohort, price=price)
    _report_cohort(what, children, cohort.record.from_on, as_json)


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
    made = read_manifest(folder)["synthetic"]["made"]
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


def _train_and_test(cohort: Cohort) -> tuple[pl.DataFrame, pl.DataFrame]:
    at = featurise(landmarks(cohort.record), cohort.record)
    return split(labels(at, cohort.truth), by="household_id", test_share=0.3, seed=1)


def _write_text(path: Path, text: str) -> Path:
    """Write a file whole or not at all, and return its path."""
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
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
