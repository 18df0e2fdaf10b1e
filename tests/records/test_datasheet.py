"""The datasheet and the warning: whatever a cohort and its scenario are called, they are words in a line."""

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from risk.records.datasheet import datasheet

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def sheet(name: str, scenario: str) -> str:
    made = {
        "households": 2_000,
        "from_on": "2014-01-01",
        "to_on": "2019-01-01",
        "seed": 1,
        "calibrated": True,
    }
    tables = [{"name": f"record-{name}", "rows": 1_234}, {"name": "truth-harms", "rows": 5}]
    synthetic = {"generator": f"risk {name}", "made": made | {"scenario": scenario}}
    return datasheet({"name": name, "resources": tables, "synthetic": synthetic})


def read(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """What Markdown makes of a text: its blocks, and in each what is code, struck, stressed and linked."""
    return [
        (token.type, [(t.type, t.content if t.type == "code_inline" else "") for t in token.children or []])
        for token in MARKDOWN.parse(text)
    ]


def kinds(text: str) -> list[tuple[str, list[str]]]:
    return [(block, [kind for kind, _ in inside]) for block, inside in read(text)]


def test_a_number_reads_as_people_write_it_and_a_name_as_it_is():
    text = sheet("england-2014-seed-1", "england_2014")
    assert text.startswith("# Datasheet: england-2014-seed-1\n")
    assert "2,000 invented households, from 2014-01-01 up to, and not including, 2019-01-01." in text
    assert "\n| `record/england-2014-seed-1` | 1,234 |\n| `truth/harms` | 5 |\n" in text
    assert "from the scenario `england_2014`, seed 1." in text
    assert "SHA-256 is `not known`" in text


ANYTHING = st.text(st.characters(codec="utf-8")) | st.text("`|\\_*[]()<>#~&!a \n")
NAMES = ANYTHING.filter(str.split)


@given(NAMES, NAMES)
@example("a|b\n\n# c", "x`y|z\n\n- w")
@example("<script>alert(1)</script>", "``")
@example("_a_ __b__ ~~c~~ [d](e) &lt; #", "\\|")
@example("{{ 7 * 7 }}{% raise %}", "{# gone #}")
def test_no_name_changes_the_sheet_around_it(name, scenario):
    assert kinds(sheet(name, scenario)) == kinds(sheet("name", "scenario"))
    code = [
        content
        for _, inside in read(sheet(name, scenario))
        for kind, content in inside
        if kind == "code_inline"
    ]
    shown = " ".join(scenario.split()).replace("\0", "\N{REPLACEMENT CHARACTER}")
    assert {shown, f"risk describe {shown}"} <= set(code)
