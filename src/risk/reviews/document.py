"""The document: a review as one JSON document that a script reads."""

from datetime import date
from typing import Any

from risk.chronologies.case import Case
from risk.core.kinds import CS, INVENTED, NOT_FOR_DECISIONS
from risk.reviews.dated_lines import Review, Span
from risk.reviews.harm_spells import as_rows
from risk.reviews.placings.questions import TOLD_ALL
from risk.reviews.report import _beside, imprecision, knowable, not_stated


def as_document(review: Review, case: Case | None = None) -> dict[str, Any]:
    """Return the review as one JSON document: dated lines, missed opportunities, events with their points.

    Days between two lines are the least and the most that imprecise dates allow, null for no bound; silo_gap
    holds the same for each viewer against all together, with the highest points it ever had. `points` of the
    events sum exactly to `score`, the score on `score_on`. case: the person's chronology
    that was reviewed, for what it does not say.
    """
    path = review.path
    events = review.events()
    undated = [] if case is None else case.undated.to_dicts()
    return {
        "about": INVENTED if case is None else NOT_FOR_DECISIONS,
        "child_id": path.child_id,
        "price": path.price,
        "line_points": path.line,
        "line_probability": round(float(path.card.probability(path.line)), 4),
        **_dated(review),
        "missed_opportunities": review.missed.drop("child_id").to_dicts(),
        "imprecision": imprecision(review, len(undated)),
        "not_stated": not_stated(review),
        "read_as": [] if case is None else case.read_as.to_dicts(),
        "remarks": [] if case is None else case.remarks,
        "score_on": review.score_on,
        "score": int(events["points"].sum()),
        "beside_score": _beside(review),
        "what_if": _what_if(review.what_if),
        "events": events.to_dicts(),
        "undated_events": undated,
    }


def _answer(review: Review) -> dict[str, Any]:
    """Return the pooled record's answer: when, how sure, and the share of placings by each day."""
    pooled = review.reached["pooled"]
    return {
        "triggered_on": _reached(review, "pooled"),
        "answer": pooled.answer,
        "share_by_day": pooled.share_by_day.to_dicts(),
        "undated_concerns": pooled.n_undated,
        "concerns": pooled.n_concerns,
    }


def _what_if(review: Review | None) -> dict[str, Any] | None:
    """Return the answer with undated events in the windows that the account supports."""
    if review is None:
        return None
    return {**_answer(review), "triggered_by_viewer": _alone(review)}


def _alone(review: Review) -> dict[str, dict[str, Any] | None]:
    """Return when each viewer alone reached the line, with those who hold only what has no date."""
    return {v: _reached(review, v) for v in review.reached if v not in ("pooled", TOLD_ALL)}


def _reached(review: Review, viewer: str) -> dict[str, Any] | None:
    """Return when a viewer's record reached the line; null where it never did.

    Of children's services where the account leaves open what they were told, also if told all of it or none.
    """
    reached = review.reached[viewer]
    if reached.answer == "never" and viewer != CS:
        return None
    days = ("earliest", "latest", "exact", "median", "nine_in_ten", "latest_found")
    document = {day: getattr(reached, day) for day in days}
    if viewer == "pooled":
        return None if reached.earliest is None else document
    document |= {"answer": reached.answer}
    if viewer == CS and TOLD_ALL in review.reached:
        return {**document, "if_none_told": document, "if_all_told": _reached(review, TOLD_ALL)}
    return None if reached.answer == "never" else document


def _dated(review: Review) -> dict[str, Any]:
    """Return the dated lines and the days between them."""
    alone = _alone(review)
    return {
        **_harm(review),
        "knowable_on": review.knowable,
        "knowable": knowable(review),
        "ceiling": review.ceiling,
        **_answer(review),
        "triggered_for": alone,
        "triggered_by_viewer": alone,
        "silo_gap": {row.pop("viewer"): row for row in review.silo.to_dicts()},
        "assessed_on": _document(review.assessed),
        "days_between": _least_most(review.days_between),
        "days_in_harm_before_assessment": _least_most(review.days_in_harm_before_assessment),
        "days_from_harm": _least_most(review.days_from_harm),
        "days_from_knowable": _least_most(review.days_from_knowable),
        "left_home_on": _document(review.protected),
        "days_to_leaving_home": _least_most(review.days_to_protection),
    }


def _harm(review: Review) -> dict[str, Any]:
    """Return the spells of harm, null without the truth, and whether each dated line's day was in one."""
    knowable = None if review.knowable is None else Span(review.knowable, review.knowable)
    lines = {
        "knowable_on": knowable,
        "triggered_on": review.triggered,
        "assessed_on": review.assessed,
        "left_home_on": review.protected,
    }
    return {
        "harm_spells": as_rows(review.harm_spells) if review.hindsight else None,
        "harm_began_on": review.harm_began,
        "in_harm": {name: review.in_harm(span) for name, span in lines.items()},
        "in_harm_by_viewer": {name: review.in_harm(span) for name, span in review.triggered_for.items()},
    }


def _document(span: Span | None) -> dict[str, date | None] | None:
    return None if span is None else {"earliest": span.earliest, "latest": span.latest}


def _least_most(days: tuple[int, int | None] | None) -> dict[str, int | None] | None:
    return None if days is None else {"least": days[0], "most": days[1]}
