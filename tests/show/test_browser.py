"""What a person without a network sees: the page from disk, and a notebook that JupyterLab was never told to trust."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest

import browsing
import risk
from browsing import ARTIFACTS, offline, opened_browser, sync_api
from risk.reviews.report import said
from risk.reviews.tables import chronology_table
from risk.show import charts
from risk.show.notebook import DRAWN_BY_JUPYTERLAB
from risk.show.page import Part, page

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
BOUND_TO_THE_PAGE = "figure:has(input[type=range])"

pytestmark = browsing.NEEDED


@pytest.fixture(scope="module")
def browser():
    with opened_browser() as opened:
        yield opened


def composed(folder: Path, card) -> Path:
    """The review's own case on a page."""
    case = risk.read_case("norfolk_review")
    found = risk.review(risk.trajectory(card, case.record, case.child_id, texts=case.texts))
    note = charts.PUBLISHED_ACCOUNT
    parts = [
        Part("When?", said(found, case), chart=charts.trajectory(found, note=note)),
        Part("Who?", chart=charts.viewers(found, note=note)),
        Part("Why?", chart=charts.crossing(found, note=note), table=chronology_table(found)),
        Part("By what card?", chart=charts.card(card), table=card.table()),
    ]
    file = folder / "page.html"
    file.write_text(page("The review's case", parts), encoding="utf-8")
    return file


def demo(folder: Path, card) -> Path:
    """What `risk demo` writes."""
    command = [sys.executable, "-m", "risk", "demo", "--out", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder / "demo.html"


@pytest.fixture(scope="module", params=[composed, demo], ids=lambda make: make.__name__)
def file(request, tmp_path_factory, card):
    return request.param(tmp_path_factory.mktemp("page"), card)


@pytest.fixture
def tab(browser, file):
    with offline(browser, file.parent.as_uri()) as opened:
        opened.goto(file.as_uri())
        opened.wait_for_function(
            "document.querySelectorAll('svg.marks').length == document.querySelectorAll('figure').length"
        )
        yield opened


def marks(tab, kind: str = "path[aria-roledescription='point']") -> int:
    return tab.locator(f"{BOUND_TO_THE_PAGE} svg.marks {kind}").count()


def test_a_page_from_disk_draws_every_chart_and_asks_the_network_for_nothing(tab, file):
    assert tab.refused == []
    assert tab.complaints == []
    assert tab.locator("svg.marks").count() >= 4
    assert marks(tab) == 17
    ARTIFACTS.mkdir(exist_ok=True)
    tab.screenshot(path=ARTIFACTS / f"{file.stem}.png", full_page=True)


def test_the_arrow_keys_reveal_a_day_of_records_at_a_time_and_nothing_else_moves(tab):
    slider, drawing = (
        tab.get_by_label("Days of records revealed"),
        tab.locator(f"{BOUND_TO_THE_PAGE} svg.marks"),
    )
    whole = drawing.bounding_box()
    slider.focus()
    tab.keyboard.press("Home")
    drawn = [marks(tab)]
    for revealed in (1, 2, 3):
        tab.keyboard.press("ArrowRight")
        assert slider.input_value() == str(revealed)
        drawn.append(marks(tab))
    assert drawn == [0, 3, 5, 9]  # the review's case: 2010, 2011, October 2012
    now = drawing.bounding_box()
    assert (now["width"], now["height"]) == (whole["width"], whole["height"])
    assert tab.complaints == []


def test_the_line_can_be_hidden_and_with_it_the_day_it_was_reached_and_what_followed(tab):
    dated = "path[aria-roledescription='tick']"
    assert (
        marks(tab, dated) == 4
    )  # half and all of the ways triggered, and the earliest and the latest day of leaving home after it
    tab.get_by_label("Show the line").uncheck()
    assert marks(tab, dated) == 0
    line = tab.locator(f"{BOUND_TO_THE_PAGE} svg.marks line[stroke='#B3001B']")
    assert line.get_attribute("opacity") == "0"


def test_a_page_prints_on_a4_without_its_controls(tab):
    tab.emulate_media(media="print")
    tab.set_viewport_size({"width": 688, "height": 1000})  # A4 without its margins
    assert not tab.locator(".controls").first.is_visible()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 688
    assert tab.pdf(prefer_css_page_size=True).startswith(b"%PDF")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on a copy of the committed notebooks, with settings of its own that trust nothing."""
    home = tmp_path_factory.mktemp("lab")
    for file in (*NOTEBOOKS, ROOT / "notebooks" / "my_case.csv"):
        shutil.copy(file, home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = ROOT / "src" / "risk" / "show" / "assets" / "jupyter"  # as `risk lab` starts it
    own = {
        "JUPYTER_CONFIG_PATH": quiet,
        "HOME": home,
        "JUPYTER_CONFIG_DIR": home / ".config",
        "JUPYTER_DATA_DIR": home / ".data",
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--IdentityProvider.token=", f"--ServerApp.root_dir={home}"]
    command += ["--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    with (home / "lab.log").open("w") as log:
        server = subprocess.Popen(
            command, env={**os.environ, **{k: str(v) for k, v in own.items()}}, stdout=log, stderr=log
        )
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 60
        while not answers(f"{address}/api/status"):
            if time.monotonic() > until or server.poll() is not None:
                pytest.fail((home / "lab.log").read_text())
            time.sleep(0.3)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2):
            return True
    except OSError:
        return False


DRAWN = ".jp-OutputArea-output :is(canvas.marks, svg.marks)"
CODE = ".jp-CodeCell"


def charts_of(notebook: Path) -> int:
    """How many charts a committed notebook shows."""
    outputs = [o for cell in nbformat.read(notebook, as_version=4).cells for o in cell.get("outputs", ())]
    return sum(DRAWN_BY_JUPYTERLAB in output.get("data", {}) for output in outputs)


def all_drawn(tab, n_charts: int) -> None:
    for chart in range(n_charts):
        tab.locator(DRAWN).nth(chart).wait_for(state="attached", timeout=60_000)
    assert tab.locator(DRAWN).count() == n_charts
    assert [c for c in tab.complaints if "vega" in c.lower()] == []


SHORTEST = min(NOTEBOOKS, key=lambda notebook: notebook.stat().st_size)
"""One is opened whenever tests run; the others have no code of their own, and take a minute and a half."""


@pytest.mark.parametrize(
    "notebook",
    [pytest.param(n, id=n.stem, marks=() if n == SHORTEST else pytest.mark.exhaustive) for n in NOTEBOOKS],
)
def test_jupyterlab_draws_a_notebook_untrusted_and_runs_it_without_a_network(browser, lab, notebook):
    n_charts = charts_of(notebook)
    assert n_charts > 0
    with offline(browser, lab) as tab:
        tab.goto(f"{lab}/lab/tree/{notebook.name}?reset")
        all_drawn(tab, n_charts)
        assert tab.locator(DRAWN).first.bounding_box()["width"] > 200
        ARTIFACTS.mkdir(exist_ok=True)
        tab.screenshot(path=ARTIFACTS / f"lab_{notebook.stem}.png")
        # What a trainer reads has its code folded, and with it the numbers of the cells.
        tab.get_by_role("menuitem", name="View", exact=True).click()
        tab.get_by_role("menuitem", name="Expand All Code", exact=True).click()
        tab.get_by_role("menuitem", name="Run", exact=True).click()
        tab.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        n_code = sum(cell.cell_type == "code" for cell in nbformat.read(notebook, as_version=4).cells)
        last = tab.locator(f"{CODE} .jp-InputPrompt").last
        sync_api.expect(last).to_have_text(f"[{n_code}]:", timeout=600_000)
        assert tab.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
        all_drawn(tab, n_charts)
        # Public addresses alone: its own kernel and files are on this machine.
        assert [url for url in tab.refused if not url.startswith(lab.replace("http", "ws"))] == []


def test_the_slider_of_an_untrusted_notebook_works_with_the_keyboard(browser, lab):
    with offline(browser, lab) as tab:
        tab.goto(f"{lab}/lab/tree/00_start_here.ipynb?reset")
        tab.locator(DRAWN).first.wait_for(state="attached", timeout=40_000)
        moved = tab.locator(".jp-OutputArea-output", has=tab.locator("input[type=range]")).first
        slider, drawing = (
            moved.locator("input[type=range]").first,
            moved.locator(":is(canvas.marks, svg.marks)"),
        )
        slider.scroll_into_view_if_needed()
        before = drawing.first.screenshot()
        slider.focus()
        tab.keyboard.press("Home")
        tab.wait_for_timeout(300)
        assert drawing.first.screenshot() != before
