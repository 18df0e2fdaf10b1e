"""The datasheet and the warning: whatever a cohort and its scenario are called, they are words in a line."""

from hypothesis import example, given, settings
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


def kinds(text: str) -> list[tuple[str, list[str]]]:
    """What Markdown makes of a text: its blocks, and what is in each."""
    return [(token.type, [inside.type for inside in token.children or []]) for token in MARKDOWN.parse(text)]


def shown(name: str) -> str:
    """A name in a line, as Markdown has it."""
    return " ".join(name.split()).replace("\0", "\N{REPLACEMENT CHARACTER}")


def test_a_number_reads_as_people_write_it_and_a_name_as_it_is():
    text = sheet("england-2014-seed-1", "england_2014")
    assert text.startswith("# Datasheet: england-2014-seed-1\n")
    assert "2,000 invented households, from 2014-01-01 up to, and not including, 2019-01-01." in text
    assert "\n| `record/england-2014-seed-1` | 1,234 |\n| `truth/harms` | 5 |\n" in text
    assert "from the scenario `england_2014`, seed 1." in text
    assert "SHA-256 is `not known`" in text


ANYTHING = st.text(st.characters(codec="utf-8")) | st.text("`|\\_*[]()<>#~&!a \n")
NAMES = ANYTHING.filter(lambda name: not name.isspace() and name != "")


@settings(deadline=None, max_examples=60)
@given(NAMES, NAMES)
@example("a|b\n\n# c", "x`y|z\n\n- w")
@example("<script>alert(1)</script>", "``")
@example("_a_ __b__ ~~c~~ [d](e) &lt; #", "\\|")
@example("{{ 7 * 7 }}{% raise %}", "{# gone #}")
def test_no_name_changes_the_sheet_around_it(name, scenario):
    assert kinds(sheet(name, scenario)) == kinds(sheet("name", "scenario"))
    inside = [token.children or [] for token in MARKDOWN.parse(sheet(name, scenario))]
    assert "".join(piece.content for piece in inside[1]) == f"Datasheet: {shown(name)}"
    code = {piece.content for pieces in inside for piece in pieces if piece.type == "code_inline"}
    assert {shown(scenario), f"risk describe {shown(scenario)}"} <= code
