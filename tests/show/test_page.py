"""The page and the renderer: nothing fetched, nothing unescaped, one copy of what all charts share."""

import html
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import altair as alt
import nbformat
import polars as pl
import pytest
from jinja2 import UndefinedError
from nbconvert.filters import markdown2html

from risk import show
from risk.show import notebook
from risk.show.notebook import DRAWN_BY_JUPYTERLAB, words
from risk.show.page import Part, notebook_table, page, render

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
CHART = alt.Chart(pl.DataFrame({"what": [HOSTILE]})).mark_point().encode(x="what:N")
CHART = CHART.properties(description=HOSTILE, title=HOSTILE)
TABLE = pl.DataFrame({"what": [HOSTILE], "known_on": [date(2014, 6, 1)], "points": [-5], "nobody": [None]})


class Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def text():
    parts = [
        Part("First", ["One sentence."], chart=CHART),
        Part(HOSTILE, [HOSTILE, HOSTILE], CHART, TABLE, HOSTILE),
    ]
    return page(HOSTILE, parts)


@pytest.fixture(scope="module")
def tags(text):
    return Reader(text).tags


def test_no_text_of_a_user_can_become_a_tag(text, tags):
    assert not [tag for tag, _ in tags if tag == "img"]
    assert [tag for tag, _ in tags].count("script") == 4  # Vega, the drawing, and two specifications
    assert text.count("</script>") == 4


def test_no_template_lets_a_text_through_unescaped():
    templates = sorted(Path(show.__file__).parent.rglob("*.jinja"))
    assert len(templates) == 12
    for template in templates:
        assert not re.search(r"\|\s*safe|autoescape|Markup", template.read_text(encoding="utf-8")), (
            template.name
        )


def test_a_template_that_is_given_too_little_names_what_it_lacks():
    with pytest.raises(UndefinedError, match="'shows' is undefined"):
        render("packs/templates/notes.html.jinja")


def test_a_table_in_a_notebook_is_the_pages_with_its_words_to_the_left():
    written = notebook_table(TABLE)
    assert "<caption>" not in written
    assert '<th scope="col" style="text-align: left">What</th><th scope="col" style=' in written
    assert '<td class="number">−5</td><td style="text-align: left">–</td></tr>' in written
    assert "<img" not in written


def test_the_charts_share_one_copy_of_vega(text):
    assert text.count("window.vegaEmbed=") == 1
    assert len(text) < 1_100_000


def test_the_page_names_nothing_to_fetch(tags):
    assert not [a for _, attrs in tags for a in ("src", "href", "srcset", "action") if a in attrs]


def test_the_policy_lets_nothing_in_but_the_pages_own_scripts_and_style(tags):
    (policy,) = (
        a["content"] for tag, a in tags if tag == "meta" and "content-security-policy" in str(a).lower()
    )
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert not re.search(r"https?:|data:|\*", policy)


def test_the_page_can_be_heard(tags):
    assert ("html", {"lang": "en-GB"}) in tags
    assert [tag for tag, _ in tags if tag in ("h1", "h2", "h3")] == ["h1", "h2", "h2"]
    figures = [attrs for tag, attrs in tags if tag == "figure"]
    assert [f["aria-label"] for f in figures] == ["First", HOSTILE]
    assert [tag for tag, _ in tags if tag in ("table", "caption")] == ["table", "caption"]
    assert {a["scope"] for tag, a in tags if tag == "th"} == {"col", "row"}


def test_a_table_reads_as_people_write(text):
    assert '<th scope="col">Known on</th>' in text
    assert "<td>1 Jun 2014</td>" in text
    assert '<td class="number">−5</td>' in text
    assert "<td>–</td>" in text


def test_what_a_page_is_for_stays_in_sight(text):
    assert '<aside class="banner" aria-label="What this page is for">For teaching and research, never' in text


def test_the_same_page_is_written_twice(text):
    assert page("T", [Part("H", chart=CHART)]) == page("T", [Part("H", chart=CHART)])


def test_a_chart_in_a_notebook_is_what_jupyterlab_draws_and_notebooks_may_hold():
    before = alt.renderers.active
    try:
        notebook.use()
        shown, _ = (
            CHART._repr_mimebundle_()
            if isinstance(CHART._repr_mimebundle_(), tuple)
            else (CHART._repr_mimebundle_(), {})
        )
    finally:
        alt.renderers.enable(before)
    assert shown[DRAWN_BY_JUPYTERLAB]["$schema"].endswith("/vega/v5.json")
    assert shown["image/svg+xml"].startswith("<svg")
    assert shown["text/plain"] == HOSTILE
    output = nbformat.v4.new_output("display_data", data=shown)
    cell = nbformat.v4.new_code_cell(outputs=[output])
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))


def as_page(markdown: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markdown2html(markdown))).strip()


@pytest.mark.parametrize("written", ["It is so.", HOSTILE, "a_b*c* $x$ [y](z) `k` <b>&amp;</b> ~~no~~ #1"])
def test_words_in_a_notebook_are_text_and_never_markdown(written):
    said = words(written)
    assert as_page(said._repr_markdown_()) == written
    assert repr(said) == written


def test_several_sentences_are_a_list_and_one_is_a_paragraph():
    assert markdown2html(words("One.", "Two.")._repr_markdown_()).count("<li>") == 2
    assert "<li>" not in markdown2html(words("One.")._repr_markdown_())


def test_a_picture_of_what_a_slider_has_not_yet_revealed_is_not_empty():
    slider = alt.binding_range(min=0, max=2, step=1)
    shown = alt.param(name="shown", value=0, bind=slider)
    rows = pl.DataFrame({"n": [1, 2], "words": ["the first", "the second"]})
    chart = alt.Chart(rows).mark_text().encode(y="n:O", text="words:N")
    chart = chart.transform_filter("datum.n <= shown").add_params(shown).properties(description="Two words.")
    before = alt.renderers.active
    try:
        notebook.use()
        bundle = chart._repr_mimebundle_()
    finally:
        alt.renderers.enable(before)
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert all(word in data["image/svg+xml"] for word in ("the first", "the second"))
    signals = {signal["name"]: signal.get("value") for signal in data[DRAWN_BY_JUPYTERLAB]["signals"]}
    assert signals["shown"] == 0  # a class begins with nothing
