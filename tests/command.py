"""The command line, as a person would call it, in this process."""

import contextlib
import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from risk import cli


def risk(*words: str, cwd: Path | None = None) -> SimpleNamespace:
    """What the command leaves behind: returncode, stdout, stderr."""
    stdout, stderr = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(stdout),
        contextlib.redirect_stderr(stderr),
    ):
        patch.setattr(sys, "argv", ["risk", *words])
        if cwd is not None:
            patch.chdir(cwd)
        try:
            cli.main()
            code = 0
        except SystemExit as left:
            code = left.code or 0
    return SimpleNamespace(returncode=code, stdout=stdout.getvalue(), stderr=stderr.getvalue())
