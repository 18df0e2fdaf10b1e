"""Shipped: what comes with the package as a file of its own, by the names that a person gives it."""

from importlib.resources import files
from pathlib import Path


def shipped_names(package: str, folder: str, suffix: str) -> list[str]:
    """Return the names, in order, of the files that a package ships in a folder, without their suffix.

    >>> shipped_names("risk.world", "scenarios", ".toml")[:2]
    ['england_2014', 'england_2025']
    """
    there = (file.name for file in (files(package) / folder).iterdir())
    return sorted(name.removesuffix(suffix) for name in there if name.endswith(suffix))


def sample_cohort() -> Path:
    """Return the folder of the sample cohort: its copy in an installed package, or else the clone's."""
    package = Path(str(files("risk")))
    copy = package / "sample"
    return copy if copy.is_dir() else package.parents[1] / "data" / "synthetic" / "england_2014"
