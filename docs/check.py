"""Check built pages: every link leads somewhere in them, and nothing in them is fetched from a server."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FETCHED = {"src", "srcset", "data", "poster", "background", "xlink:href"}
"""Attributes whose address a browser fetches by itself; `href` is one of them in a `link`."""
SERVER = re.compile(r"^\s*(https?:)?//", re.IGNORECASE)
IN_STYLES = re.compile(r"(?:url\(\s*|@import\s+)[\"']?\s*((?:https?:)?//[^\"')\s]+)", re.IGNORECASE)
NAMED = {"canonical", "license", "author", "index", "search", "next", "prev"}
"""What a `link` may point to without anything being fetched."""


class Page(HTMLParser):
    """What one page fetches, links to, and has places for: `fetches`, `links`, `places`."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetches: list[str] = []
        self.links: list[str] = []
        self.places: set[str] = set()
        self._in_style = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what an opening tag fetches, links to and names."""
        words = {name: value or "" for name, value in attrs}
        self._in_style = tag == "style"
        self.places |= {words[name] for name in ("id", "name") if name in words}
        fetched = [words[name] for name in FETCHED & words.keys()]
        fetched += IN_STYLES.findall(words.get("style", ""))
        if tag == "link" and not set(words.get("rel", "").split()) & NAMED:
            fetched.append(words.get("href", ""))
        elif "href" in words:
            self.links.append(words["href"])
        self.fetches += [address for address in fetched if address]

    def handle_data(self, data: str) -> None:
        """Keep what a style sheet on the page fetches."""
        if self._in_style:
            self.fetches += IN_STYLES.findall(data)


def problems(folder: Path) -> list[str]:
    """Return what is wrong with the pages in a folder, a line each: page, address and rule."""
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}
    found = [] if pages else [f"{folder}: holds no page"]
    for path, page in pages.items():
        where = path.relative_to(folder)
        found += [f"{where}: {a}: is fetched from a server" for a in page.fetches if SERVER.match(a)]
        found += [
            f"{where}: {a}: leads nowhere" for a in page.links + page.fetches if not _leads(path, a, pages)
        ]
    for path in sorted(folder.rglob("*.css")):
        outside = IN_STYLES.findall(path.read_text(encoding="utf-8"))
        found += [f"{path.relative_to(folder)}: {a}: is fetched from a server" for a in outside]
    return found


def _leads(path: Path, address: str, pages: dict[Path, Page]) -> bool:
    """Say whether an address on a page leads to something; one outside of the folder is not asked."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return True
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        return False
    page = next((page for other, page in pages.items() if other.resolve() == target.resolve()), None)
    return page is None or parts.fragment in ("", "top") or unquote(parts.fragment) in page.places
