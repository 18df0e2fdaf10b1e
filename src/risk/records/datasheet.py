"""The datasheet: what people should know of a cohort before they use it, written with the data.

Everything in it follows from the manifest, so that the same cohort always has the same datasheet: it holds
no day or time of making. Gebru et al. (2021), Communications of the ACM 64(12):86-92.
"""

import re
from functools import cache
from typing import Any, Final

import lazy_loader
from markupsafe import Markup

from risk.core.kinds import INVENTED

# Loaded when a datasheet is written: whoever reads a manifest, every worker for one, imports this module.
jinja2 = lazy_loader.load("jinja2")

TRUTH_WARNING: Final = (
    "What happened, noticed or not. It is there only because the children are invented: for teaching, and\n"
    "for judging a model; never to be given to a model as an input."
)


def warning() -> str:
    """Return the text of `truth/WARNING.md`."""
    return _written("warning.md.jinja", truth_warning=Markup(TRUTH_WARNING))


def datasheet(manifest: dict[str, Any]) -> str:
    """Return the text of `DATASHEET.md` for a manifest.

    Whatever the manifest's names are, they stay words in a line, and change nothing in the sheet around them.
    """
    synthetic = manifest["synthetic"]
    return _written(
        "datasheet.md.jinja",
        name=manifest["name"],
        invented=INVENTED,
        made=synthetic["made"],
        generator=synthetic["generator"],
        rows={r["name"].replace("-", "/", 1): r["rows"] for r in manifest["resources"]},
        truth_warning=Markup(TRUTH_WARNING[0].lower() + TRUTH_WARNING[1:]),
    )


def _written(template: str, **words: object) -> str:
    """Return a template filled in."""
    text: str = _templates().get_template(template).render(words)
    return text


@cache
def _templates() -> Any:
    """Return the templates of Markdown: what is not `Markup`, which is our own, is escaped as Markdown."""
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("risk.records"),
        finalize=_in_a_line,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters["code"] = _code
    return templates


def _in_a_line(value: object) -> str:
    """Return a value as words in one line, in which Markdown reads nothing but words."""
    if isinstance(value, Markup):
        return value
    # An underscore inside a word is a letter of it.
    return re.sub(r"[\\`*\[\]<>|#~&]|\b_|_\b|(?<=_)_", r"\\\g<0>", " ".join(str(value).split()))


def _code(value: object, *, in_table: bool = False) -> Markup:
    """Return a value as code in one line, inside more backticks than it has in a row itself."""
    line = " ".join(str(value).split()) or " "
    around = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    apart = " " if "`" in line else ""
    # Backslashes are as they are in code; but for a pipe in a table, where it would end the cell.
    line = line.replace("|", r"\|") if in_table else line
    # It can no longer be anything but code, so that nothing in it need be escaped again.
    return Markup(f"{around}{apart}{line}{apart}{around}")
