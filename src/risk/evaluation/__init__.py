"""Evaluation: how good a judge is on children it has not seen, and how much of what could be known."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
