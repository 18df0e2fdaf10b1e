"""Simulate: families, week by week: what happens to them, who notices, how services answer."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
