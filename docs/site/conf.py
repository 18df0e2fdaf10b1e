"""How Sphinx reads and shows the pages; `docs/build.py` runs it."""

import re
from importlib.metadata import version as version_of

from docutils.nodes import SkipNode

from risk.core.kinds import NOT_FOR_DECISIONS

project = "When should it have triggered?"
author = "The risk-trajectory maintainers"
copyright = "The risk-trajectory maintainers, MIT licence. Invented children only"
version = release = version_of("risk-trajectory")
extensions = ["myst_nb", "sphinx.ext.autodoc"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
nb_execution_mode = "off"
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # its default is a public server's
html_math_renderer = "as_text"  # the default brings a script from a public server
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
pygments_style = "a11y-light"
html_theme = "pydata_sphinx_theme"
html_title = project
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_copy_source = False
html_show_sourcelink = False
html_context = {"default_mode": "light"}  # the charts are drawn for paper and projector
html_theme_options = {
    "announcement": NOT_FOR_DECISIONS,
    "navbar_end": [],
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": {"**": ["page-toc"], "index": [], "gallery": [], "cite": []},
    "show_prev_next": False,
}
ALONE = "index gallery concepts commands api dictionary model_card house decisions changelog security cite"
html_sidebars = {name: [] for name in ALONE.split()}

SPECIAL = re.compile(r"([*|])|(?<=\w)(_)(?=\W|$)")
"""What reStructuredText would obey in a docstring, which is written in plain words."""


def _as_written(app, what, name, obj, options, lines) -> None:
    """Let a docstring's words stand as they are; what is in `backticks` or an example already does."""
    for number, line in enumerate(lines):
        if not line.lstrip().startswith((">>>", "...")):
            parts = line.split("`")
            parts[::2] = [SPECIAL.sub(lambda m: "\\" + m[0], part) for part in parts[::2]]
            lines[number] = "`".join(parts)


def _with_charts(app, pagename, templatename, context, doctree) -> None:
    """Bring the one copy of Vega, and what draws, to the pages that have charts."""
    if 'class="chart"' in context.get("body", ""):
        app.add_js_file("vega.js", loading_method="defer", priority=800)
        app.add_js_file("page.js", loading_method="defer", priority=801)


def _skip(app, what, name, obj, skip, options) -> bool | None:
    """Leave out what scikit-learn and Pydantic add to every class: it is described there."""
    of_others = (name.startswith("set_") and name.endswith("_request")) or name == "model_config"
    return True if of_others else None


def _signature(app, what, name, obj, options, signature, returns) -> tuple[str, str] | None:
    """Leave out the fields of a class that nobody makes by hand: the docstring says what they hold."""
    return ("", "") if hasattr(obj, "model_fields") else None


def _as_text(translator, node) -> None:
    """Show a formula as its text; these pages hold none."""
    translator.body.append(translator.encode(node.astext()))
    raise SkipNode


def setup(app) -> None:
    """Join them to Sphinx."""
    app.add_html_math_renderer("as_text", (_as_text, None), (_as_text, None))
    app.connect("autodoc-skip-member", _skip)
    app.connect("autodoc-process-signature", _signature)
    app.connect("autodoc-process-docstring", _as_written)
    app.connect("html-page-context", _with_charts)
