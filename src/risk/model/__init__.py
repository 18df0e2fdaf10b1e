"""The model: landmarks, labels, features, and the card of whole points that scores them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
