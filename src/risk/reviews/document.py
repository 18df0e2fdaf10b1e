"""The document: a review as one JSON document that a script reads."""

from datetime import date
from typing import Any

from risk.chronologies.case import Case
from risk.core.kinds import INVENTED, NOT_FOR_DECISIONS
from risk.reviews.dated_lines import Review, Span
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
        "not_stated": None if case is None else not_stated(case),
        "read_as": [] if case is None else case.read_as.to_dicts(),
        "remarks": [] if case is None else case.remarks,
        "score_on": review.score_on,
        "score": int(events["points"].sum()),
        "beside_score": _beside(review),
        "events": events.to_dicts(),
        "undated_events": undated,
    }


def _dated(review: Review) -> dict[str, Any]:
    """Return the dated lines and the days between them."""
    alone = {viewer: _document(span) for viewer, span in review.triggered_for.items()}
    return {
        "harm_began_on": review.harm_began,
        "knowable_on": review.knowable,
        "knowable": knowable(review),
        "ceiling": review.ceiling,
        "triggered_on": _document(review.triggered),
        "triggered_for": alone,
        "triggered_by_viewer": alone,
        "silo_gap": {row.pop("viewer"): row for row in review.silo.to_dicts()},
        "assessed_on": _document(review.assessed),
        "days_between": _least_most(review.days_between),
        "days_from_harm": _least_most(review.days_from_harm),
        "days_from_knowable": _least_most(review.days_from_knowable),
        "left_home_on": _document(review.protected),
        "days_to_leaving_home": _least_most(review.days_to_protection),
    }


def _document(span: Span | None) -> dict[str, date | None] | None:
    return None if span is None else {"earliest": span.earliest, "latest": span.latest}


def _least_most(days: tuple[int, int | None] | None) -> dict[str, int | None] | None:
    return None if days is None else {"least": days[0], "most": days[1]}
