"""A browser that is offline: a tab that refuses every address but its own, and remembers what was tried."""

import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed")
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

ARTIFACTS = Path(__file__).parents[1] / "artifacts"
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NEEDED = pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome is installed to look with")


@contextmanager
def opened_browser():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=OPTIONS)
        yield browser
        browser.close()


@contextmanager
def offline(browser, allowed: str, *, width: int = 1366, height: int = 900):
    tab = browser.new_page(viewport={"width": width, "height": height})
    tab.refused, tab.complaints = [], []

    def gate(route):
        if route.request.url.startswith((allowed, "data:", "blob:")):
            route.continue_()
        else:
            tab.refused.append(route.request.url)
            route.abort()

    tab.route("**/*", gate)
    tab.on("websocket", lambda s: tab.refused.append(s.url) if "127.0.0.1" not in s.url else None)
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.on("console", lambda m: tab.complaints.append(m.text) if m.type in ("error", "warning") else None)
    yield tab
    tab.close()


def violations(tab) -> list[str]:
    """What axe-core finds wrong with the page as it stands."""
    found = axe.Axe().run(tab).response["violations"]
    return [f"{v['id']}: {node['html'][:120]}" for v in found for node in v["nodes"]]
