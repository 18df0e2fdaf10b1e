"""How sure it is: shares of the ways in which dates can fall, what was told, and what if.

A share is said to the nearest five in a hundred, since it stands on drawn placings and on an assumption: that
every day of a window is as likely as any other.
"""

from typing import Final

from risk.core.kinds import CS
from risk.core.wording import day
from risk.reviews.dated_lines import Review
from risk.reviews.placings.questions import TOLD_ALL
from risk.reviews.placings.reached import Reached

NEAREST: Final = 5
"""Shares are said to so many in a hundred."""


def how_sure(review: Review) -> list[str]:
    """Return sentences on how sure the answer is, and on what it would be with what is not known."""
    pooled = review.reached["pooled"]
    found = [_cannot_be_said(pooled), _shares(pooled), _bound(pooled), _told(review), _what_if(review)]
    return [sentence for sentence in found if sentence]


def _cannot_be_said(pooled: Reached) -> str | None:
    if pooled.answer != "cannot_be_said":
        return None
    return (
        f"It cannot be said, since {pooled.n_undated} of {pooled.n_concerns} concerns are undated, and only "
        "they could have brought the line to be reached."
    )


def _shares(pooled: Reached) -> str | None:
    """Return the sentence on shares; None where there is one day only, or none."""
    if pooled.earliest is None or pooled.earliest == pooled.latest:
        return None
    parts = []
    if pooled.median is not None:
        ways = "half of the ways in which the dates can fall had reached the line"
        parts.append(f"{ways} by {day(pooled.median)}")
    if pooled.nine_in_ten is not None:
        parts.append(f"nine in ten by {day(pooled.nine_in_ten)}")
    if pooled.latest is not None:
        parts.append(f"all by {day(pooled.latest)}")
    else:
        parts.append(f"{_in_a_hundred(pooled)} of a hundred ever reach it")
    return f"If every day that a date may mean is as likely: {', '.join(parts)}."


def _in_a_hundred(reached: Reached) -> str:
    """Return the share of placings that reach the line at all, to five in a hundred, never all or none."""
    share = reached.share_by_day["share"].max() if reached.share_by_day.height else 0
    rounded = NEAREST * round(100 * float(share or 0) / NEAREST)  # type: ignore[arg-type]
    return f"about {min(max(rounded, NEAREST), 100 - NEAREST)}"


def _bound(pooled: Reached) -> str | None:
    if pooled.exact:
        return None
    latest = "some day not found" if pooled.latest_found is None else day(pooled.latest_found)
    return (
        "The earliest and the latest day are bounds: dates can fall in too many ways to "
        f"look at all of them. The latest that was found is {latest}."
    )


def _told(review: Review) -> str | None:
    """Return the band between what services were told and may have been; None where all is stated."""
    if TOLD_ALL not in review.reached:
        return None
    stated, could = (_in_words(review.reached[viewer]) for viewer in (CS, TOLD_ALL))
    return (
        f"What children's services had been told: on what the account says was reported, {stated}; had they "
        f"been told all of which it does not say, {could}."
    )


def _what_if(review: Review) -> str | None:
    if review.what_if is None:
        return None
    supposed = review.what_if.reached["pooled"]
    more = review.reached["pooled"].n_undated - supposed.n_undated
    return (
        f"What if the {more} undated concerns for which the account supports a time are put there: "
        f"{_in_words(supposed)}. The answer above leaves them out."
    )


def _in_words(reached: Reached) -> str:
    """Return an answer as it reads in a sentence."""
    if reached.answer == "never":
        return "the line is never reached"
    if reached.answer == "cannot_be_said":
        return f"it cannot be said, since {reached.n_undated} of {reached.n_concerns} concerns are undated"
    if reached.answer == "perhaps" or reached.latest is None:
        return f"the line is possibly reached, in {_in_a_hundred(reached)} of a hundred ways"
    half = (
        "" if reached.median in (None, reached.latest) else f", in half of the ways by {day(reached.median)}"
    )
    return f"the line is reached by {day(reached.latest)} at the latest{half}"
