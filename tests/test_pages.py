"""The pages: every link leads somewhere, nothing is fetched from a server, and nothing is left out.

The pages themselves are built where Sphinx is installed: `uv run --group docs pytest tests/test_pages.py`.
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import risk
from risk.core.kinds import NOT_FOR_DECISIONS
from risk.records.schema import RECORD, TRUTH
from risk.world import scenario_names

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs"))

from check import problems  # noqa: E402

NO_SPHINX = "Sphinx is not installed; `uv run --group docs pytest tests/test_pages.py` builds the pages"
FAULTS = {
    '<script src="https://server.example/a.js"></script>': "is fetched from a server",
    '<script src="//server.example/a.js"></script>': "is fetched from a server",
    '<link rel="stylesheet" href="https://server.example/a.css">': "is fetched from a server",
    '<link rel="preload" as="font" href="https://server.example/a.woff2">': "is fetched from a server",
    '<img src="http://server.example/a.png">': "is fetched from a server",
    '<style>@import "https://server.example/a.css";</style>': "is fetched from a server",
    '<p style="background: url(https://server.example/a.png)">': "is fetched from a server",
    '<a href="nowhere.html">': "leads nowhere",
    '<a href="other.html#nowhere">': "leads nowhere",
    '<a href="#nowhere">': "leads nowhere",
    '<img src="nowhere.png">': "leads nowhere",
}


def folder_of(tmp_path, body):
    (tmp_path / "page.html").write_text(f"<h1 id='top-of'>x</h1>{body}", encoding="utf-8")
    (tmp_path / "other.html").write_text("<h1 id='here'>x</h1>", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("body", FAULTS)
def test_a_fault_on_a_page_is_named(tmp_path, body):
    found = problems(folder_of(tmp_path, body))
    assert found
    assert all(line.startswith("page.html: ") for line in found)
    assert found[0].endswith(FAULTS[body])


def test_what_leads_somewhere_or_is_only_a_link_is_no_fault(tmp_path):
    body = '<a href="other.html#here"><a href="#top-of"><a href="#"><a href="https://server.example/"><a href="mailto:a@b">'
    assert problems(folder_of(tmp_path, body)) == []


def test_a_style_sheet_that_fetches_is_named(tmp_path):
    folder = folder_of(tmp_path, "")
    (folder / "a.css").write_text("a { src: url('https://server.example/a.woff2') }", encoding="utf-8")
    assert problems(folder) == ["a.css: https://server.example/a.woff2: is fetched from a server"]


def test_no_page_at_all_is_a_fault(tmp_path):
    assert problems(tmp_path) == [f"{tmp_path}: holds no page"]


def test_a_folder_that_holds_something_else_is_left_as_it_is(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    if not find_spec("myst_nb"):
        pytest.skip(NO_SPHINX)
    done = built_by_the_command(tmp_path)
    assert done.returncode == 2
    assert "holds something else" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def built_by_the_command(out):
    words = [sys.executable, "-c", "from risk.cli.site import main; main()", str(out)]
    return subprocess.run(words, capture_output=True, text=True, timeout=1200)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The pages, by their names, as one command builds them."""
    if not find_spec("myst_nb"):
        pytest.skip(NO_SPHINX)
    out = tmp_path_factory.mktemp("pages") / "built"
    done = built_by_the_command(out)
    assert done.returncode == 0, done.stderr
    return {str(path.relative_to(out)): path.read_text(encoding="utf-8") for path in out.rglob("*.html")}


def test_the_pages_are_built_with_no_broken_link_and_ask_no_server(pages):
    assert len(pages) >= 30
    assert "index.html" in pages


def test_every_page_says_what_it_is_not_for(pages):
    without = [name for name, text in pages.items() if NOT_FOR_DECISIONS not in text]
    assert without == []


def test_every_public_name_table_column_scenario_and_notebook_has_its_place(pages):
    for name in risk.__all__:
        assert f'id="risk.{name}"' in pages["api.html"] or name in ("charts", "notebook"), name
    for name, schema in {**RECORD, **TRUTH}.items():
        section = pages["dictionary.html"].partition(f'>{name}</span></code><a class="headerlink"')[2]
        for column in schema.column_names():
            assert f">{column}<" in section, (name, column)
    for name in scenario_names():
        assert f"scenarios/{name}.html" in pages
    for file in (ROOT / "notebooks").glob("*.ipynb"):
        outputs = [
            o
            for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]
            for o in cell.get("outputs", [])
        ]
        charts = sum("application/vnd.vega.v5+json" in output.get("data", {}) for output in outputs)
        page = pages[f"notebooks/{file.stem}.html"]
        assert page.count('<figure class="chart">') == charts > 0
        assert "vega.js" in page
