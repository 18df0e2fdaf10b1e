"""Export: a cohort in the forms that the field uses, so that it loads into the tools of the trade.

Every writer reads a cohort a partition at a time and never holds more than one.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
