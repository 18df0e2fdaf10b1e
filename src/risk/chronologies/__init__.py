"""Chronologies: a person's own spreadsheet, read as it was written and understood row by row."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
