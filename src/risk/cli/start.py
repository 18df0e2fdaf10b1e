"""The start: every command by its name, and how a mistake ends."""

import sys
from importlib.resources import files
from io import TextIOWrapper
from pathlib import Path

import typer

from risk.cli.cards import demo, fit
from risk.cli.chronologies import chronology_app
from risk.cli.cohorts import describe, generate_cohort, replay_cohort, verify_cohort
from risk.cli.console import err
from risk.cli.evaluating import evaluate_card
from risk.cli.exports import export_cohort
from risk.cli.packs import make_pack
from risk.cli.reviews import review_children
from risk.core.errors import InputError
from risk.core.interpreter import run
from risk.core.kinds import INVENTED

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


def main() -> None:
    """Run the command line; leave with status 2 for a user's mistake, without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a pipe on Windows may know fewer letters than we print
            stream.reconfigure(errors="replace")
    try:
        app()
    except InputError as mistake:
        err.print(f"risk: {mistake}", markup=False, soft_wrap=True)
        sys.exit(2)


def lab(context: typer.Context) -> None:
    """Open JupyterLab on the notebooks, on this machine only, with its token on.

    Further options go to JupyterLab, for instance `risk lab --no-browser`.
    """
    folder = Path(__file__).resolve().parents[3] / "notebooks"
    if not folder.is_dir():
        raise InputError(f"{folder}: no notebooks here; `risk lab` works from a clone of the project")
    # Nothing is asked of anybody who only wants to read: no news, no update.
    quiet = {"JUPYTER_CONFIG_PATH": str(files("risk.show") / "assets" / "jupyter")}
    command = [
        *("-m", "jupyterlab", "--ip=127.0.0.1", f"--ServerApp.root_dir={folder}"),
        *("--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.news_url="),
        *context.args,
    ]
    raise typer.Exit(run(command, quiet))


# In the order in which `risk --help` lists them.
app.command("demo")(demo)
app.command("generate")(generate_cohort)
app.command("verify")(verify_cohort)
app.command("describe")(describe)
app.command("fit")(fit)
app.command("evaluate")(evaluate_card)
app.command("review")(review_children)
app.command("pack")(make_pack)
app.add_typer(chronology_app, name="chronology")
app.command("replay")(replay_cohort)
app.command("export")(export_cohort)
app.command("lab", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(lab)
