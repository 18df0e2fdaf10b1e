"""Shipped: what comes with the package as a file of its own, by the names that a person gives it."""

from importlib.resources import files


def shipped_names(package: str, folder: str, suffix: str) -> list[str]:
    """Return the names, in order, of the files that a package ships in a folder, without their suffix.

    >>> shipped_names("risk.world", "scenarios", ".toml")[:2]
    ['england_2014', 'england_2025']
    """
    there = (file.name for file in (files(package) / folder).iterdir())
    return sorted(name.removesuffix(suffix) for name in there if name.endswith(suffix))
