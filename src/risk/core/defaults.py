"""Defaults: what holds wherever nobody says otherwise, in Python and on the command line alike."""

from typing import Final

DEFAULT_PRICE: Final = 5.0
"""Assessments one would make to find one that was warranted: an assumption, to be argued about."""

RESAMPLES: Final = 200
"""Households are drawn again so many times for an interval."""
