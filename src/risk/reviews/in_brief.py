"""The brief: a review in a few rows of words, for whoever asks one question and reads one screen.

The day, how sure it is, who held it, what followed, what was missed, and what nobody can say.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

import polars as pl

from risk.chronologies.case import Case
from risk.core.kinds import CS, label
from risk.core.wording import day, window
from risk.reviews.answers import (
    apart,
    by_shares,
    capital,
    in_short,
    is_one_day,
    roughly,
    share_ever,
    undated,
)
from risk.reviews.dated_lines import Review, Span
from risk.reviews.harm_spells import HINDSIGHT
from risk.reviews.missed.rules import MISSED
from risk.reviews.placings.questions import TOLD_ALL
from risk.reviews.placings.reached import Reached
from risk.reviews.report import (
    added,
    as_read,
    believed,
    harm,
    headline,
    how_left,
    in_days,
    knowable,
    siblings,
    when,
)

Row = tuple[str, list[str]]

ALONE_IN_A_SENTENCE: Final = 3


def brief(review: Review, case: Case | None = None, acting: Iterable[str] = ()) -> list[Row]:
    """Return a review as headings, and beside each what there is to say, most important first.

    acting: what an assessment on the day would have changed, in sentences, as `acting_document` has them.

    >>> case = risk.read_case("norfolk_review")
    >>> path = risk.trajectory(risk.Card.shipped(), case.record, case.child_id)
    >>> [heading for heading, _ in risk.reviews.brief(risk.review(path, case=case), case)][:3]
    ['The day', 'How sure', 'What if']
    """
    n_undated = 0 if case is None else case.undated.height
    return [
        ("The day", [_the_day(review)]),
        ("How sure", [_how_sure(review)]),
        ("What if", _what_if(review)),
        ("Who held it", [_alone(review), *_services(review)]),
        ("What followed", _followed(review)),
        ("Had one acted", list(acting)),
        ("In hindsight", [capital(s.removeprefix(f"{HINDSIGHT}: ")) for s in harm(review)]),
        ("Knowable", [] if review.ceiling is None else [capital(knowable(review).removeprefix("Knowable "))]),
        ("Missed", _missed(review)),
        ("Not known", _not_known(review, n_undated)),
        ("As read", [] if case is None else [*as_read(case), *filter(None, [siblings(case)])]),
    ]


def _the_day(review: Review) -> str:
    pooled = review.reached["pooled"]
    if pooled.answer != "by_this_day" or pooled.latest is None or is_one_day(pooled):
        return headline(review)
    left, before = review.protected, ""
    if left is not None and left.earliest > pooled.latest:
        before = f", at least {apart(pooled.latest, left.earliest)} before the children {how_left(review)}"
    by = f"By {roughly(pooled.latest)}{'' if pooled.exact else ' at the latest'}"
    return f"{by} the records together held enough for an assessment{before}."


def _how_sure(review: Review) -> str:
    """Return how well the dates are known, and what share of the ways in which they can fall says when."""
    events, pooled = review.path.events, review.reached["pooled"]
    imprecise = events.filter(pl.col("latest_on") > pl.col("recorded_on")).height
    if not imprecise:
        return "To the day: so is every date in the record."
    dates = f"{imprecise} of {events.height} dates are spans of days"
    if pooled.answer != "by_this_day" or pooled.earliest is None or is_one_day(pooled):
        return f"{dates}; each day in it counts as equally likely."
    shares = by_shares(pooled, " of the ways in which they can fall held enough", short=True)
    return f"{dates}: {shares}; none before {window(pooled.earliest, pooled.earliest)}."


def _what_if(review: Review) -> list[str]:
    """Return the answer with what has no date where the account allows it; nothing where it has none."""
    if review.what_if is None:
        return []
    answer = in_short(review.what_if.reached["pooled"])
    return [f"{capital(added(review))} counted too: {_in_a_line(answer)}."]


def _in_a_line(answer: str) -> str:
    """Return an answer in short as the end of a sentence: no capital, unless it begins with a day."""
    return answer if answer[:1].isdigit() else f"{answer[:1].lower()}{answer[1:]}"


def _alone(review: Review) -> str:
    """Return who had enough alone, and when, in one or two sentences."""
    alone = {v: r for v, r in review.reached.items() if v not in ("pooled", CS, TOLD_ALL)}
    had = [(label(v), r) for v, r in alone.items() if r.answer in ("by_this_day", "perhaps")]
    open_for = [label(v) for v, r in alone.items() if r.answer == "cannot_be_said"]
    first = sorted(had, key=lambda each: (each[1].earliest or date.max, each[0]))[:ALONE_IN_A_SENTENCE]
    parts = [f"{who} alone {_when(reached)}" for who, reached in first]
    parts += [f"{len(had) - len(first)} more alone later"] if len(had) > len(first) else []
    sentences = [f"{capital('; '.join(parts))}."] if parts else []
    if not had and alone and not open_for:
        sentences = ["No agency alone ever had enough."]
    elif len(had) + len(open_for) < len(alone):
        sentences.append("No other agency alone ever had enough.")
    if open_for:
        sentences.append(f"{' and '.join(open_for)}: cannot be said, what they held has no date.")
    return " ".join(sentences)


def _when(reached: Reached) -> str:
    """Return when a record had enough, as the end of a short sentence."""
    if reached.answer == "never":
        return "never"
    if reached.answer == "cannot_be_said" or reached.earliest is None:
        return f"cannot be said ({undated(reached)})"
    if is_one_day(reached):
        return f"on {day(reached.earliest)}"
    if reached.answer == "perhaps" or reached.latest is None:
        return f"perhaps, from {day(reached.earliest)}, in {share_ever(reached)} of the ways"
    return f"by {roughly(reached.latest)}"


def _services(review: Review) -> list[str]:
    """Return what children's services had been told, and when that was enough: a band, if not stated."""
    told, everything = review.reached.get(CS), review.reached.get(TOLD_ALL)
    if told is None:
        return []
    if everything is None:
        return [f"Children's services, by what they had been told: {_when(told)}."]
    least, most = _when(told), _when(everything)
    return [f"Children's services, by what they are said to have been told: {least}; if told all: {most}."]


def _followed(review: Review) -> list[str]:
    """Return the first assessment after the line was reached, and leaving home; nothing for no such day."""
    if review.triggered is None:
        return []
    sentences = ["No completed assessment or section 47 enquiry after that is recorded."]
    if review.assessed is not None:
        later = f", {in_days(review.days_between)} later" if review.days_between else ""
        sentences = [
            f"First assessment or section 47 enquiry after that: {_when_shortly(review.assessed)}{later}."
        ]
    if review.protected is not None:
        sentences.append(f"The children {how_left(review)} {_when_shortly(review.protected)}.")
    return sentences


def _when_shortly(span: Span) -> str:
    """Return a span of days as a sentence says it, its month once."""
    first, last = span.earliest, span.latest
    if last is not None and last != first and (first.year, first.month) == (last.year, last.month):
        return f"between {first.day} and {day(last)}"
    return when(span)


def _missed(review: Review) -> list[str]:
    """Return each kind of opportunity that the rules find, its times and its first day, earliest first."""
    missed = review.missed
    if missed.is_empty():
        return ["Nothing that the rules look for."]
    kinds = missed.group_by("finding", maintain_order=True).agg(
        pl.len(), pl.col("on").min(), sure=pl.col("to").is_not_null().any()
    )
    return [
        f"{MISSED[finding]}: {'' if sure else 'perhaps '}{_times(n, on)}."
        for finding, n, on, sure in kinds.sort("on", maintain_order=True).iter_rows()
    ]


def _times(n: int, on: date) -> str:
    return f"from {window(on, on)}" if n == 1 else f"{n} times, first from {window(on, on)}"


def _not_known(review: Review, n_undated: int) -> list[str]:
    """Return what nobody can say: records without a date, and whether a child was believed."""
    heard = believed(review)
    undated_too = f"{n_undated} {'record has' if n_undated == 1 else 'records have'} no date: not scored."
    return [
        *([undated_too] if n_undated else []),
        *([heard] if heard and "not stated" in heard else []),
    ]


def caseload_brief(
    summary: dict[str, int | float | None], missed: pl.DataFrame, stands_for: str
) -> list[Row]:
    """Return the review of a whole cohort as headings, and beside each what there is to say.

    summary, missed: from `cohort_summary` and `missed_by_kind`. stands_for: from `stands_for_in_words`.
    """
    n = {key: f"{value:,.0f}" for key, value in summary.items() if value is not None}
    most = missed.filter(pl.col("children") > 0).sort("children", descending=True, maintain_order=True)
    return [
        ("The line", [stands_for]),
        ("Reached", _reached_in(n)),
        ("What followed", _followed_in(n)),
        ("Harm", _harm_in(summary, n)),
        (
            "Missed most",
            [
                f"{MISSED[finding]}: {_children(children)}, {times:,} times."
                for finding, children, times in most.select("finding", "children", "times").iter_rows()
            ],
        ),
    ]


def _children(n: int) -> str:
    return "1 child" if n == 1 else f"{n:,} children"


def _reached_in(n: dict[str, str]) -> list[str]:
    return [
        f"For {n['children_triggered']} children the shared record supported an assessment; for "
        f"{n['children_triggered_for_childrens_services']} so did what children's services had been told."
    ]


def _followed_in(n: dict[str, str]) -> list[str]:
    days = n.get("median_days_from_triggered_to_assessed")
    wait = "" if days is None else f"; half had been assessed within {days} days"
    return [
        f"{n['children_assessed_after']} of the {n['children_triggered']} were assessed after that{wait}."
    ]


def _harm_in(summary: dict[str, int | float | None], n: dict[str, str]) -> list[str]:
    """Return the sentences on the children whom harm reached, by the hidden truth."""
    harmed = int(summary["children_harm_reached"] or 0)
    if not harmed:
        return ["In hindsight, harm reached no child."]
    sentences = [
        f"In hindsight, harm reached {n['children_harm_reached']} children. The line was reached for "
        f"{n['of_these_triggered']} of them. On the day of the line {n['of_these_in_harm_that_day']} were in "
        f"harm, and {n['of_these_in_harm_that_day_and_never_assessed']} of these were never assessed."
    ]
    if "of_these_knowable" in n:
        sentences.append(f"For {n['of_these_knowable']} of them it was knowable from the record.")
    both, share = summary["of_these_triggered_before_or_after"], summary["share_triggered_before_harm"]
    if both and share is not None:
        sentences.append(
            f"For {n['of_these_triggered_before_or_after']} whose harm began after the first day of the "
            f"record the line came before harm for {share * both:,.0f}, and after it began for the others."
        )
    return sentences
