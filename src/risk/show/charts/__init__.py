"""Charts: one function per question, a review or a frame in and an Altair chart out."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
