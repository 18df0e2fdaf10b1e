"""Build the pages: one folder of HTML that opens from disk and asks no server for anything.

    uv run --group docs risk-docs [FOLDER]

The pages written by hand stand in `site/`; the others are made here from what they are about (`made.py`):
the dictionary, the scenarios' own values and sources, docstrings, built notebooks. No notebook is run. A
warning of Sphinx, a link that leads nowhere, and anything that would be fetched from a server end it.
"""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from check import problems  # noqa: E402
from made import made_pages  # noqa: E402


def build(out: Path) -> list[str]:
    """Build the pages into a folder, replacing what an earlier build left there; return what is wrong."""
    from sphinx.cmd.build import build_main  # noqa: PLC0415

    with TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        shutil.copytree(HERE / "site", source)
        for name, text in made_pages(HERE.parent).items():
            page = source / name
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_bytes(text if isinstance(text, bytes) else text.encode())
        new = Path(folder) / "pages"
        status = build_main(["-W", "--keep-going", "-q", "-b", "html", str(source), str(new)])
        shutil.rmtree(new / ".doctrees", ignore_errors=True)
        (new / "_static" / "webpack-macros.html").unlink(missing_ok=True)  # the theme's own template: no page
        if status == 0:
            shutil.rmtree(out, ignore_errors=True)
            shutil.copytree(new, out)
    return ["Sphinx has warned"] if status else problems(out)


def main(words: list[str]) -> int:
    """Build, and say what is wrong, a line each."""
    out = Path(words[0]) if words else HERE / "_pages"
    if out.exists() and any(out.iterdir()) and not (out / "objects.inv").is_file():
        print(
            f"risk-docs: {out}: is there, and holds something else; name a folder of its own", file=sys.stderr
        )
        return 2
    found = build(out)
    for problem in found:
        print(f"risk-docs: {problem}", file=sys.stderr)
    if not found:
        print(f"Open {out / 'index.html'}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
