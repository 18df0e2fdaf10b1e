"""The answers in words: when a record reached the line, and how sure that is, in a sentence and in short.

Where dates are imprecise nobody knows the day, so the words are shares of the ways in which the dates can
fall, rounded to five points, and days to a third of a month.
"""

from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from risk.core.wording import NUMBERS, day, window
from risk.reviews.placings.reached import Reached

WAYS: Final = "the ways in which the dates can fall"
FIVE_POINTS: Final = 0.05
"""To which shares are said: as well as the placings drawn know them. That all are as likely is assumed."""


def roughly(on: date, *, short: bool = False) -> str:
    """Return the third of a month by which something was so; on a first day, the end of the month before it.

    >>> roughly(date(2013, 4, 5)), roughly(date(2013, 10, 1)), roughly(date(2014, 1, 1))
    ('early April 2013', 'the end of September 2013', 'the end of 2013')
    """
    if on.day == 1:
        before = on - timedelta(days=1)
        return f"the end of {before:%Y}" if before.month == 12 else f"the end of {_month(before, short)}"
    third = "early" if on.day <= 10 else "mid" if on.day <= 20 else "late"
    return f"{third} {_month(on, short)}"


def _month(on: date, short: bool) -> str:
    return f"{on:%b %Y}" if short else f"{on:%B %Y}"


def share_in_words(share: float) -> str:
    """Return a share of the ways, to five points; neither none nor all where it is only nearly so.

    >>> [share_in_words(share) for share in (0.004, 0.52, 0.41, 0.634, 0.999, 1.0)]
    ['a few', 'half', 'about four in ten', 'about 13 in 20', 'nearly all', 'all']
    """
    rounded = round(share / FIVE_POINTS) * FIVE_POINTS
    if share in (0, 1):
        return "all" if share else "none"
    if rounded < FIVE_POINTS or rounded > 1 - FIVE_POINTS / 2:
        return "a few" if rounded < FIVE_POINTS else "nearly all"
    twentieths = round(rounded / FIVE_POINTS)
    if twentieths % 2:
        return f"about {'one' if twentieths == 1 else twentieths} in 20"
    return {10: "half", 18: "nine in ten"}.get(twentieths, f"about {NUMBERS[twentieths // 2]} in ten")


def is_one_day(reached: Reached) -> bool:
    """Return whether the line was reached on one day that is known."""
    return reached.earliest is not None and reached.earliest == reached.latest


def by_shares(reached: Reached, of: str = "", *, short: bool = False) -> str:
    """Return by when half, nine in ten and all of the ways reached the line, as far as they do.

    A share that comes within ten days of the next is left out. of: what stands after the first share. short:
    as a table has room for it.
    """
    shares = (("half", reached.median), ("nine in ten", reached.nine_in_ten), ("all", reached.latest))
    parts = [(share, on) for share, on in shares if on is not None]
    apart = [(*part, (after[1] - part[1]).days) for part, after in pairwise(parts)]
    kept = [*((share, on) for share, on, days in apart if days > 10), parts[-1]]
    first, *more = (f"{share}{{}} by {roughly(on, short=short)}" for share, on in kept)
    bound = "" if reached.exact or reached.latest is None else ", which is a bound"
    return ", ".join([first.format(of), *(part.format("") for part in more)]) + bound


def in_a_sentence(who: str, reached: Reached, ways: str = WAYS) -> str:
    """Return one sentence, without its full stop, on when a record reached the line and how sure that is.

    who: what begins the sentence: "The shared record". ways: of which the shares are.
    """
    if is_one_day(reached):
        return f"{who} reached the line on {day(reached.earliest or date.max)}"
    if reached.answer == "by_this_day":
        return f"{who} reached the line in {by_shares(reached, f' of {ways}')}"
    if reached.answer == "perhaps" and reached.earliest is not None:
        share = f"in {share_ever(reached)} of {ways}"
        return f"{who} possibly reached the line, from {day(reached.earliest)}: {share}"
    if reached.answer == "never":
        return f"{who} never reached the line{however(reached)}"
    return f"{who} cannot be said to have reached the line or not: {undated(reached)}"


def in_short(reached: Reached) -> str:
    """Return the same as a table or a chart has room for it."""
    if reached.answer == "by_this_day" and reached.earliest is not None:
        if is_one_day(reached):
            return window(reached.earliest, reached.earliest)
        return capital(by_shares(reached, short=True))
    if reached.answer == "perhaps" and reached.earliest is not None:
        return (
            f"Possibly from {window(reached.earliest, reached.earliest)}: {share_ever(reached)} of the ways"
        )
    return "Never" if reached.answer == "never" else f"Cannot be said: {undated(reached)}"


def capital(words: str) -> str:
    """Return words with their first letter a capital, and the others as they are."""
    return words[:1].upper() + words[1:]


def however(reached: Reached) -> str:
    """Return what a "never" takes in, beyond the dates that are known."""
    return ", not even with every undated concern at its most" if reached.n_undated else ""


def undated(reached: Reached) -> str:
    """Return how many of the concerns have no date."""
    if reached.n_undated == reached.n_concerns == 1:
        return "its one concern is undated"
    if reached.n_undated == reached.n_concerns:
        return f"all {reached.n_concerns} concerns are undated"
    are = "is" if reached.n_undated == 1 else "are"
    return f"{reached.n_undated} of {reached.n_concerns} concerns {are} undated"


def share_ever(reached: Reached) -> str:
    """Return in words in what share of the ways the line is reached at all."""
    return share_in_words(reached.share_by(date.max))


def apart(start: date, end: date) -> str:
    """Return how far apart two days are, in whole months, weeks or days.

    >>> apart(date(2014, 1, 1), date(2014, 6, 2)), apart(date(2014, 1, 1), date(2014, 1, 21))
    ('five months', 'two weeks')
    """
    days = (end - start).days
    months = 12 * (end.year - start.year) + end.month - start.month - (end.day < start.day)
    n, unit = (months, "month") if months else (days // 7, "week") if days >= 7 else (days, "day")
    return f"{NUMBERS[n] if n < len(NUMBERS) else f'{n:,}'} {unit}{'' if n == 1 else 's'}"
