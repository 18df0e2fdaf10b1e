"""The command line: does the talking. Every figure it prints comes from a function of the package.

A user's mistake ends in one clear message and status 2, with nothing written or half-written. Reports
take --json and print one JSON document; progress shows on a terminal only.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
