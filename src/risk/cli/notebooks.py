"""`risk lab`: the notebooks, laid out where a person may change them, and opened in JupyterLab."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from risk.cli.console import say
from risk.core.errors import InputError
from risk.core.extras import how_to_install, installed
from risk.core.interpreter import run
from risk.core.shipped import shipped_notebooks

LIES_IN_PACKAGE = (
    "the notebooks that came with the package are not for changing; `risk lab --to DIR` lays out yours"
)


def lab(
    context: typer.Context,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            help="Lay the notebooks out in this folder first; what is there stays.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Open JupyterLab on the notebooks, on this machine only, with its token on.

    In a clone, on the clone's; else say where yours are to be: `risk lab --to notebooks`. Where JupyterLab is
    not installed, they are laid out all the same. Further options go to JupyterLab, for instance
    `risk lab --no-browser`.
    """
    if to is not None:
        _lay_out(to)
    elif not installed("lab"):
        raise InputError(f"JupyterLab is not installed: {how_to_install('lab')}")
    folder = _folder() if to is None else to.absolute()
    if not installed("lab"):
        say(f"JupyterLab is not installed: {how_to_install('lab')}, then risk lab --to {to}")
        return
    # Nothing is asked of anybody who only wants to read: no news, no update.
    quiet = {"JUPYTER_CONFIG_PATH": str(files("risk.show") / "assets" / "jupyter")}
    command = [
        *("-m", "jupyterlab", "--ip=127.0.0.1", f"--ServerApp.root_dir={folder}"),
        "--LabApp.extension_manager=readonly",
        *("--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.news_url="),
        *context.args,
    ]
    raise typer.Exit(run(command, quiet))


def _folder() -> Path:
    """Return the clone's notebooks. Raises InputError where there are none but those inside the package."""
    here = {path.parent for path in _notebooks()}
    if here == {Path(str(files("risk"))) / "notebooks"}:
        raise InputError(LIES_IN_PACKAGE)
    return here.pop()


def _notebooks() -> list[Path]:
    there = shipped_notebooks()
    if not there:
        raise InputError("no notebooks came with this install; a wheel and a clone of the project have them")
    return there


def _lay_out(folder: Path) -> None:
    """Write the notebooks, and what they read, into a folder; a file that is there stays."""
    from risk.records import write  # noqa: PLC0415, which loads Polars

    there = _notebooks()
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--to {folder}: is a file; a folder is needed")
    new = [path for path in there if not (folder / path.name).exists()]
    for path in new:
        write(folder / path.name, path.read_bytes())
    stayed = f"; {len(there) - len(new)} were there, and are as they were" if len(new) < len(there) else ""
    say(f"{folder}: {len(new)} files laid out{stayed}. Begin with {there[0].name}.")
