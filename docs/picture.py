"""Draw the README's pictures: one invented child of the sample cohort, and a training pack at a stop.

uv run python docs/picture.py

The second needs a browser; it is left as it is where there is none.
"""

import shutil
import tempfile
from pathlib import Path

import vl_convert
from playwright.sync_api import sync_playwright

import risk
from risk import show
from risk.show.packs.stops import stops

HERE = Path(__file__).parent
CHILD = 12224  # of data/synthetic/england_2014: none alone had enough that day; no assessment
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
THE_STOP = 2  # the third of the lesson
PIXELS = {"width": 1366, "height": 768}


def main() -> None:
    """Write trajectory.png and pack.png beside this file."""
    cohort = risk.Cohort.read(HERE.parent / "data" / "synthetic" / "england_2014")
    card = risk.Card.shipped()
    found = risk.review(risk.trajectory(card, cohort.record, CHILD), cohort.truth)
    chart = risk.charts.trajectory(found)
    (HERE / "trajectory.png").write_bytes(vl_convert.vegalite_to_png(chart.to_json(), scale=1.5))
    if BROWSER is not None:
        lesson = show.told(show.read_lesson("willow"), card)
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "pack.html"
            page.write_text(risk.pack(lesson), encoding="utf-8")
            at_a_stop(page, stops(lesson)[THE_STOP].step, HERE / "pack.png")


def at_a_stop(page: Path, step: int, picture: Path) -> None:
    """Draw a pack as a class sees it when it is asked, after so many days of records."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        tab = browser.new_page(viewport=PIXELS)
        tab.goto(page.as_uri())
        tab.locator("#next:enabled").wait_for()
        for _ in range(step - 1):
            tab.locator("#next").click()
        tab.wait_for_timeout(500)
        tab.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    main()
