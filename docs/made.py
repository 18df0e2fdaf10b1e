"""The pages that are made: each follows from what it is about, so that it cannot fall behind it."""

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import vl_convert

import risk
from risk.core.kinds import AGENCIES, CONCERNS, NOT_FOR_DECISIONS, RESPONSES
from risk.model.feature_files import column_meanings
from risk.model.features import BAND_LABELS, LINES
from risk.records.dictionary import columns_of, entries
from risk.records.manifest import meaning
from risk.records.schema import RECORD, TRUTH
from risk.show.notebook import DRAWN_BY_JUPYTERLAB
from risk.show.page import ASSETS, VEGA_LITE
from risk.world import Scenario, scenario_names
from risk.world.overrides import value_at
from risk.world.provenance import differences

Pages = dict[str, str | bytes]

PAPERS = {"MODEL_CARD.md": "model_card.md", "DECISIONS.md": "decisions.md", "CHANGELOG.md": "changelog.md"}
HAND_ON = "window.vegaEmbed = vegaEmbed;"
PACKAGES = [
    *("records", "chronologies", "world", "model", "evaluation"),
    *("reviews", "national", "export", "show"),
]
CHAPTERS = {
    "Scenarios and cohorts": "Scenario simulate generate replay Cohort Record Truth verify Pool",
    "From records to a score": "landmarks featurise labels split CumulativeScorecard Card",
    "How good is it?": "evaluate knowable AlarmPolicy raise_alarms",
    "When should it have triggered?": "trajectory review review_child review_cohort",
    "A chronology of your own, and a class": "read_case chronology read_lesson pack",
}


def made_pages(clone: Path) -> Pages:
    """Return every page that is not written by hand, by its path among the sources."""
    notebooks = sorted((clone / "notebooks").glob("*.ipynb"))
    formats = sorted((clone / "docs" / "formats").glob("*.md"))
    papers = {to: (clone / name).read_text(encoding="utf-8") for name, to in PAPERS.items()}
    security = (clone / "SECURITY.md").read_text(encoding="utf-8")
    return {
        **papers,
        "security.md": security,
        **{f"formats/{path.name}": path.read_text(encoding="utf-8") for path in formats},
        "formats/index.md": _index("Formats", "What is read and what is written, column by column.", formats),
        **{f"notebooks/{path.name}": _notebook(path) for path in notebooks},
        "notebooks/index.md": _index(
            "Notebooks",
            "One question each, shown as they were run; `uv run risk lab` opens them on your machine.",
            notebooks,
        ),
        **_gallery(notebooks),
        **_scenarios(),
        "dictionary.md": "".join(f"{line}\n" for line in _dictionary()),
        "api.md": "".join(f"{line}\n" for line in _api()),
        "cite.md": _cite(clone),
        "_static/trajectory.png": (clone / "docs" / "trajectory.png").read_bytes(),
        "_static/pack.png": (clone / "docs" / "pack.png").read_bytes(),
        # in a function of its own: Sphinx's scripts have names that Vega's have too
        "_static/vega.js": f"(() => {{\n{vl_convert.javascript_bundle(HAND_ON, VEGA_LITE)}\n}})();\n",
        "_static/page.js": (ASSETS / "page.js").read_text(encoding="utf-8"),
    }


def _index(title: str, about: str, files: list[Path]) -> str:
    listed = "\n".join(path.stem for path in files)
    return f"# {title}\n\n{about}\n\n```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n"


def _notebook(path: Path) -> str:
    """Return a built notebook with its charts as our pages draw them, from a specification."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if chart := output.get("data", {}).get(DRAWN_BY_JUPYTERLAB):
                output["data"] = {"text/html": _figure(chart), "text/plain": chart.get("description", "")}
    return json.dumps(notebook)


def _figure(chart: Mapping[str, Any]) -> str:
    # Inside a script only `<` can end it, as in `risk.show.page`.
    spec = json.dumps(chart, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    script = f'<script type="application/json">{spec}</script>'
    return f'<figure class="chart"><div class="controls"></div><div class="drawing"></div>{script}</figure>'


def _gallery(notebooks: list[Path]) -> Pages:
    """Return the gallery, and a picture of each chart of the notebooks."""
    pages: Pages = {}
    cards = []
    for path in notebooks:
        for number, (title, about, code, svg) in enumerate(_charts(path), start=1):
            picture = f"_static/gallery/{path.stem}-{number}.svg"
            pages[picture] = svg
            cards.append(
                f'<div class="card"><a href="notebooks/{path.stem}.html"><img src="{picture}" loading="lazy" '
                f'alt="{escape(about, quote=True)}"><h2>{escape(title)}</h2></a>'
                "<details><summary>The lines that draw "
                f"it</summary><pre>{escape(code)}</pre></details></div>"
            )
    about = (
        "# Gallery\n\nEvery chart of the notebooks. Press one for the notebook that draws it, where "
        "it can be "
        "played with; what is shown in words goes with each picture, for those who hear it.\n\n"
    )
    # A blank line would end the HTML block.
    body = re.sub(r"\n\s*\n", "\n&#10;", "\n".join(cards))
    return {**pages, "gallery.md": f'{about}<div class="cards">\n{body}\n</div>\n'}


def _charts(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """Give the title, description, code and picture of each chart of a notebook."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if chart := data.get(DRAWN_BY_JUPYTERLAB):
                title = chart.get("title", "")
                words = title.get("text", "") if isinstance(title, dict) else title
                words = " ".join(words) if isinstance(words, list) else words
                shown = words if isinstance(words, str) and words else chart.get("description", path.stem)
                yield (
                    shown,
                    chart.get("description", shown),
                    _text(cell["source"]),
                    _text(data["image/svg+xml"]),
                )


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _table(*rows: tuple[object, ...]) -> Iterator[str]:
    """Give the lines of a table, its first row the headings."""
    head, *body = rows
    yield from ("", _row(head), _row(("---",) * len(head)), *map(_row, body), "")


def _row(cells: tuple[object, ...]) -> str:
    texts = (str(cell).replace("\n", " ") for cell in cells)
    return "| " + " | ".join(re.sub(r"(?<!\\)\|", r"\\|", text) for text in texts) + " |"


def _scenarios() -> Pages:
    """Return a page a shipped scenario: its own value, unit and source of every assumption."""
    names = scenario_names()
    about = (
        "# Scenarios\n\nAll that is assumed about the invented world, with its unit and its source. "
        f"{NOT_FOR_DECISIONS}\n\n"
        "The national scenarios agree with published figures, of recorded events; no published "
        "figure says how "
        "common harm is, or how often it was seen and not passed on, and what says so here is an "
        "assumption. Any "
        "assumption is changed by name: `--set noticing.shares.police=1.0`, on `generate`, `describe "
        "SCENARIO` and "
        "`replay`. A scenario of your own is a `.toml` file with a name of its own.\n\n"
    )
    toc = "```{toctree}\n:maxdepth: 1\n\n" + "\n".join(names) + "\n```\n"
    pages = {f"scenarios/{name}.md": "\n".join(_scenario(Scenario.named(name))) for name in names}
    return {"scenarios/index.md": about + toc, **pages}


def _scenario(scenario: Scenario) -> Iterator[str]:
    yield f"# `{scenario.name}`\n\n{scenario.title}.\n"
    changed = {".".join(name.split(".")[:2]) for name in differences(scenario)}
    if scenario.base:
        yield f"It begins as [`{scenario.base}`]({scenario.base}.md); what it changes has a ● before it."
    groups: dict[str, list[tuple[object, ...]]] = {}
    values = scenario.values()
    for name, (unit, source) in scenario.assumptions.items():
        group, _, word = name.partition(".")
        mark = "● " if name in changed else ""
        groups.setdefault(group, []).append((f"{mark}`{word}`", _value(value_at(values, name)), unit, source))
    for group, rows in groups.items():
        yield f"\n## {group.replace('_', ' ').capitalize()}\n"
        yield from _table(("assumption", "value", "unit", "source"), *rows)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "<br>".join(f"{key}: {_value(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(f"({_value(v)})" if isinstance(v, list | tuple) else _value(v) for v in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _dictionary() -> Iterator[str]:
    """Give the lines of the data dictionary: every table, every column."""
    yield (
        "# Data dictionary\n\nEvery column of every table. The same words stand in "
        "`datapackage.json`, in the "
        "Parquet files' own metadata (`polars.read_parquet_metadata`), in the workbook and in "
        "DuckDB; their one "
        f"source is `src/risk/records/dictionary.csv`. {NOT_FOR_DECISIONS}\n"
    )
    for title, about, schemas in (
        ("The record", "What professionals wrote.", RECORD),
        ("The truth", "What happened, noticed or not. A model that reads it is cheating.", TRUTH),
    ):
        yield f"## {title}\n\n{about}\n"
        for name, schema in schemas.items():
            yield f"### `{name}`\n\n{meaning(schema)}\n"
            rows = [
                (
                    f"`{column}`",
                    said["description"],
                    said.get("unit", ""),
                    f"`{said['example']}`",
                    _kind(declared),
                )
                for (column, declared), said in zip(
                    schema.columns().items(), columns_of(name).values(), strict=True
                )
            ]
            yield from _table(("column", "what it means", "unit", "example", "type"), *rows)
    yield from _landmarks()
    yield from _vocabularies()
    for title, command, prefix in (
        ("Standard Safeguarding Dataset", "ssd", "ssd_"),
        ("Children in need census", "cin-csv", "cin_"),
        ("Looked-after children return", "ssda903", "ssda903_"),
        ("Annex A", "annex-a", "annex_a"),
    ):
        yield f"## {title}\n\nWhat `risk export --format {command}` writes.\n"
        for name, columns in entries().items():
            if name.startswith(prefix):
                yield f"### `{name.removeprefix(prefix) if prefix in ('cin_', 'ssda903_') else name}`\n"
                yield from _table(("column", "what it means", "unit", "example"), *_said(columns))


def _said(columns: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, ...]]:
    """Give the rows of a table of columns."""
    for column, words in columns.items():
        example = f"`{words['example']}`" if "example" in words else ""
        yield (f"`{column}`", words["description"], words.get("unit", ""), example)


def _kind(declared: Any) -> str:
    name = str(declared.dtype).partition("(")[0]
    words = {
        "Int64": "whole number",
        "Int32": "whole number",
        "Int16": "whole number",
        "Int8": "whole number",
    }
    kind = {**words, "Date": "day", "Boolean": "yes or no", "Enum": "word", "String": "text"}.get(name, name)
    return kind + (", may be empty" if declared.nullable else "")


def _landmarks() -> Iterator[str]:
    yield (
        "## Landmarks and features\n\nWhat `risk.landmarks`, `featurise` and `labels` return, and `risk "
        "export --format features` writes: one row a child and day. A feature is `n_LINE_BAND`.\n"
    )
    rest = {name: said for name, said in column_meanings().items() if not name.startswith("n_")}
    yield from _table(
        ("column", "what it means"), *((f"`{n}`", said["description"]) for n, said in rest.items())
    )
    lines = ((f"`n_{line.name}_…`", line.label, line.about or "a record of this kind") for line in LINES)
    yield from _table(("features", "line", "counts"), *lines)
    yield f"The bands of age, in weeks before the landmark: {', '.join(BAND_LABELS)}.\n"


def _vocabularies() -> Iterator[str]:
    yield "## Words\n\nWhat stands in the columns `agency` and `kind`.\n"
    for title, words in (("Agencies", AGENCIES), ("Concerns", CONCERNS), ("Responses", RESPONSES)):
        yield f"### {title}\n"
        yield from _table(
            ("word", "as people read it"), *((f"`{word}`", label) for word, label in words.items())
        )


def _api() -> Iterator[str]:
    """Give the lines of the reference: the public names in full, then what the packages hand on."""
    yield (
        "# Reference\n\n`import risk` gives what most people need. Each of these has an example, and "
        "a test runs "
        f"it. {NOT_FOR_DECISIONS}\n"
    )
    for title, names in CHAPTERS.items():
        yield f"## {title}\n"
        for name in names.split():
            yield from _documented(f"risk.{name}", inspect.isclass(getattr(risk, name)))
    listed = {name for names in CHAPTERS.values() for name in names.split()}
    others = [n for n in risk.__all__ if n not in listed and not inspect.ismodule(getattr(risk, n))]
    if others:
        yield "## And\n"
        for name in others:
            yield from _documented(f"risk.{name}", inspect.isclass(getattr(risk, name)))
    yield "## Charts\n\nEach is an Altair chart; in a notebook, after `risk.notebook.use()`.\n"
    for name in risk.charts.__all__:
        if callable(getattr(risk.charts, name)):
            yield from _documented(f"risk.charts.{name}", False)
    yield from _documented("risk.notebook.use", False)
    yield "## What the packages hand on\n"
    for package in PACKAGES:
        yield from _handed_on(package)


def _documented(name: str, is_class: bool) -> Iterator[str]:
    directive = f".. autoclass:: {name}\n   :members:" if is_class else f".. autofunction:: {name}"
    yield f"```{{eval-rst}}\n{directive}\n```\n"


def _handed_on(package: str) -> Iterator[str]:
    module = import_module(f"risk.{package}")
    about = inspect.cleandoc(module.__doc__ or "").partition("\n\n")[0].replace("\n", " ")
    yield f"### `risk.{package}`\n\n{about}\n"
    things = ((name, getattr(module, name)) for name in module.__all__)
    said = ((f"`{name}`", _first_sentence(thing)) for name, thing in things if callable(thing))
    yield from _table(("name", "what it is"), *said)


def _first_sentence(thing: Any) -> str:
    about = inspect.cleandoc(thing.__doc__ or "").partition("\n\n")[0].replace("\n", " ")
    return re.split(r"(?<=[.?])\s", about)[0]


def _cite(clone: Path) -> str:
    """Return how to cite: the file for it, where there is one, as it stands."""
    file = clone / "CITATION.cff"
    there = f"```yaml\n{file.read_text(encoding='utf-8')}```\n" if file.is_file() else ""
    return (
        "# How to cite\n\nName the version, the scenario, the seed and the number of households: "
        "with them anybody "
        f"makes the same cohort again, to the last value. This is version {version('risk-trajectory')}.\n\n"
        "> The risk-trajectory maintainers. *When should it have triggered?* A synthetic case "
        "generator, an "
        "interpretable scorecard and dated answers, on invented children. "
        f"Version {version('risk-trajectory')}.\n\n"
        f"{there}\nSay also what it is: a result on invented children, validated on nobody, and "
        "nothing about real "
        "families.\n"
    )
