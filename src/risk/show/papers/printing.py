"""The printing: a page as a PDF, by the Chromium or Chrome that this machine has; nothing is fetched for it.

The browser is one of the person's own programs, started with a profile that is thrown away, and with no
address that it could ask.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from risk.core.interpreter import run_silently

BROWSERS: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)
ELSEWHERE: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
"""Where it stands on systems that do not name it on the path."""
ALONE: Final = (
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
MOST_SECONDS: Final = 120


def browser() -> str | None:
    """Return the browser that prints; null where this machine has none."""
    named = filter(None, map(shutil.which, BROWSERS))
    return next(named, None) or next((path for path in ELSEWHERE if Path(path).is_file()), None)


def print_all(pages: Iterable[Path], folder: Path) -> bool:
    """Print each page as a PDF of its name into a folder; return whether all of them are there.

    None is left behind if not: there is no browser, or it would not do it.
    """
    program, made = browser(), []
    for page in pages if program else ():
        made.append(folder / f"{page.stem}.pdf")
        if not _printed(str(program), page, made[-1]):
            break
    else:
        return program is not None
    for pdf in made:
        pdf.unlink(missing_ok=True)
    return False


def _printed(program: str, page: Path, pdf: Path) -> bool:
    # Chromium refuses its sandbox to root, as whom a container often runs; the page holds no script.
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="risk-", ignore_cleanup_errors=True) as profile:
        command = [program, *ALONE, *root, f"--user-data-dir={profile}"]
        command += [f"--print-to-pdf={pdf.absolute()}", page.absolute().as_uri()]
        run_silently(command, most_seconds=MOST_SECONDS)
    with suppress(OSError):
        return pdf.read_bytes()[:4] == b"%PDF"
    return False
