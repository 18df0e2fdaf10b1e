"""Reviews: by which day the record supported an assessment, and what was missed."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
