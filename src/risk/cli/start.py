"""The start: every command by its name, and how a mistake ends."""

import os
import sys
from pathlib import Path
from traceback import extract_tb
from typing import Annotated, Any, Final

import typer
from typer.main import get_command

from risk.cli.cards import demo, fit
from risk.cli.caseloads import review_caseload
from risk.cli.chronologies import chronology_app
from risk.cli.cohorts import generate_cohort, verify_cohort
from risk.cli.console import begin, complain, end, say
from risk.cli.describing import describe
from risk.cli.evaluating import evaluate_card
from risk.cli.exports import export_cohort
from risk.cli.notebooks import lab
from risk.cli.packs import make_pack
from risk.cli.replays import replay_cohort
from risk.cli.reviews import review_children
from risk.core.errors import InputError
from risk.core.kinds import INVENTED
from risk.core.shipped import generator

STOPPED: Final = 130
TRACEBACK: Final = "RISK_TRACEBACK"
"""A name in the environment by which somebody who mends a fault is shown where it is."""

NO_MEMORY: Final = b"risk: the memory of this machine is not enough, not even to say what for\n"

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
    """Run the command line, and leave with its status; never with a traceback, unless one is asked for.

    2 is for what a user, or the user's machine, has to mend, 1 for a fault of ours, 130 for a stop.
    """
    # Where JupyterLab is installed, every import of Altair would compile the grammar of web addresses in all
    # scripts of the world, for 2 CPU seconds. No command reads one.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    try:
        begin()
        status = _status()
        if not end() and status == 0:
            complain("not all of the output was taken: is the disk full?")
            status = 2
    except MemoryError:  # even for the complaint
        os.write(2, NO_MEMORY)
        status = 2
    sys.exit(status)


def _status() -> int:
    try:
        left = get_command(app).main(prog_name="risk", standalone_mode=False)
        return left if isinstance(left, int) else 0
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 1
    except KeyboardInterrupt:
        return STOPPED
    except BaseException as error:
        if TRACEBACK in os.environ:
            raise
        message, status = _told(error)
        if message:
            complain(message)
        return status


def _told(error: BaseException) -> tuple[str, int]:
    """Return what is said of an error, and the status that goes with it."""
    if isinstance(error, InputError):
        return str(error), 2
    if isinstance(error, BrokenPipeError):  # whoever read has read enough
        return "", 1
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename is not None else ""
        return f"{place}{error.strerror or error}", 2
    if isinstance(error, MemoryError):
        return "the memory of this machine is not enough for it; nothing was written", 2
    if isinstance(error, typer.Abort):
        return "stopped", 1
    if hasattr(error, "format_message"):  # a word that is no option, or no value of one
        return _usage(error)
    frame = extract_tb(error.__traceback__)[-1]
    what = next(iter(str(error).splitlines()), "")
    where = f"{Path(frame.filename).name}, line {frame.lineno}"
    rest = f"please report it with the command; {TRACEBACK}=1 before it shows more"
    return f"a fault of ours: {type(error).__name__} in {where}: {what[:200]}; {rest}", 1


def _usage(error: Any) -> tuple[str, int]:
    message, context = error.format_message(), getattr(error, "ctx", None)
    if not message:  # the help was shown instead
        return "", error.exit_code
    see = f" (see {context.command_path} --help)" if context is not None else ""
    return f"{message.rstrip('.')}{see}", error.exit_code


def _print_version(asked: bool) -> None:
    if asked:
        say(generator())
        raise typer.Exit


@app.callback()
def _of_all(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Say which version this is."),
    ] = False,
) -> None:
    """Take what stands before a command."""


# In the order in which `risk --help` lists them.
app.command("demo")(demo)
app.command("generate")(generate_cohort)
app.command("verify")(verify_cohort)
app.command("describe")(describe)
app.command("fit")(fit)
app.command("evaluate")(evaluate_card)
app.command("review")(review_children)
app.command("caseload")(review_caseload)
app.command("pack")(make_pack)
app.add_typer(chronology_app, name="chronology")
app.command("replay")(replay_cohort)
app.command("export")(export_cohort)
app.command("lab", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(lab)
