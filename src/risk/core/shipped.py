"""Shipped: what comes with the package as files of its own, by the names that a person gives them.

A wheel carries the sample cohorts and the notebooks inside the package; a clone keeps them at its top.
"""

from importlib.metadata import version
from importlib.resources import files
from pathlib import Path


def shipped_names(package: str, folder: str, suffix: str) -> list[str]:
    """Return the names, in order, of the files that a package ships in a folder, without their suffix.

    >>> shipped_names("risk.world", "scenarios", ".toml")[:2]
    ['england_2014', 'england_2025']
    """
    there = (file.name for file in (files(package) / folder).iterdir())
    return sorted(name.removesuffix(suffix) for name in there if name.endswith(suffix))


def sample_cohorts() -> dict[str, Path]:
    """Return the folders of the sample cohorts by their names, in order; none where they were left out.

    >>> list(sample_cohorts())
    ['england_2014', 'norfolk_review']
    """
    return {
        paper.parent.name: paper.parent for paper in _files("samples", "data/synthetic", "*/datapackage.json")
    }


def shipped_notebooks() -> list[Path]:
    """Return the notebooks in reading order, then the files that they read; none where they were left out.

    >>> shipped_notebooks()[0].name
    '00_start_here.ipynb'
    """
    return [path for kind in ("*.ipynb", "*.csv") for path in _files("notebooks", "notebooks", kind)]


def _files(in_package: str, in_clone: str, pattern: str) -> list[Path]:
    package = Path(str(files("risk")))
    copy = package / in_package
    return sorted((copy if copy.is_dir() else package.parents[1] / in_clone).glob(pattern))


def generator() -> str:
    """Return the name and version of this package, as `risk --version` and a manifest say them."""
    return f"risk-trajectory {version('risk-trajectory')}"
