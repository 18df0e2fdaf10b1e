"""When the line was reached: the outer days, the share of placings by each day, and one of four answers.

*By this day*: every placing of the dates reaches the line. *Perhaps*: some do. *Never*: none does, not even
with every undated concern at its most. *Cannot be said*: none does, and only undated concerns could.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal

import numpy as np
import polars as pl

from risk.chronologies.case import Case
from risk.chronologies.ties import FAR
from risk.core.kinds import AGENCIES, CONCERNS, CS
from risk.model.features import LINE_NAMES
from risk.reviews.daily_scores import Trajectory
from risk.reviews.placings.drawing import PLACINGS, drawn_placings, shares
from risk.reviews.placings.outer_days import OuterDays, latest_bound, outer_days
from risk.reviews.placings.over_line import earliest_day
from risk.reviews.placings.questions import TOLD_ALL, Placed, placed, question
from risk.reviews.placings.setting import Setting, up_to
from risk.reviews.placings.under_line import NODES, Budget
from risk.reviews.placings.worths import Worth, by_age

Answer = Literal["by_this_day", "perhaps", "never", "cannot_be_said"]
SHARES: Final = {"on": pl.Date, "share": pl.Float64}


@dataclass(frozen=True, eq=False)
class Reached:
    """When a viewer's record reached the line, over all the ways in which its dates can fall.

    earliest: null if no placing reaches it. latest: null if some placing never does. exact: whether both are;
    else no placing is sooner or later, but whether one is as soon or as late was not found out, and
    latest_found is the latest that was. median, nine_in_ten: the days by which half and nine in ten of the
    placings reached it; null where they do not. share_by_day: on and share, where the share rises.
    n_undated, n_concerns: how many of the viewer's concerns have no date, and how many there are.
    """

    answer: Answer
    earliest: date | None
    latest: date | None
    exact: bool
    latest_found: date | None
    median: date | None
    nine_in_ten: date | None
    share_by_day: pl.DataFrame
    n_undated: int
    n_concerns: int

    def share_by(self, day: date) -> float:
        """Return the share of the placings in which the line is reached by a day, that day included."""
        risen = self.share_by_day.filter(pl.col("on") <= day)["share"]
        return float(risen[-1]) if len(risen) else 0.0


def reached_by(
    path: Trajectory, case: Case | None = None, *, until: date | None = None
) -> dict[str, Reached]:
    """Return when each viewer of a trajectory reached the line, in the order of its viewers.

    Where the case leaves open what children's services were told, `TOLD_ALL` says what they would have
    reached, had they been told all of it.

    case: whose trajectory it is, for its ties and what it does not say; those who hold only what has no date
    are viewers too. until: only with the dated records that can have been written down by a day, as they lie
    on the table of a class that stops there.
    """
    of = placed(path, None if case is None else case.stated, until=until)
    viewers = path.daily["viewer"].unique(maintain_order=True).to_list()
    undated = None if case is None or until is not None else case.undated
    if undated is not None:
        hold = set(undated.filter(pl.col("kind").is_in(list(CONCERNS)))["agency"])
        viewers += [a for a in AGENCIES if a in hold - {*viewers, "unspecified"}]
    if case is not None and case.stated["told"].null_count():
        viewers.append(TOLD_ALL)
    return {viewer: _reached(of, viewer, undated) for viewer in viewers}


def pooled_answer(path: Trajectory, case: Case) -> tuple[Answer, date | None]:
    """Return the answer of a case's pooled record and its latest day, as `reached_by`, and no shares."""
    of = placed(path, case.stated)
    whole = question(of, "pooled")
    setting = up_to(whole, latest_bound(whole))
    days = outer_days(setting, drawn_placings(setting, 1))
    answer = _answer(days, setting, _undated_concerns(of, "pooled", case.undated))
    return answer, _date_or_none(days.latest, setting)


def _reached(of: Placed, viewer: str, undated: pl.DataFrame | None) -> Reached:
    whole = question(of, viewer)
    setting = up_to(whole, latest_bound(whole))
    days = outer_days(setting, drawn_placings(setting, 1))
    # One placing is all of them where every one reaches the line on the same day, or none does.
    drawn = shares(setting, drawn_placings(setting, 1 if days.earliest == days.latest else PLACINGS))
    concerns = _undated_concerns(of, viewer, undated)
    curve = [(_date(on), share) for on, share in drawn.curve()]
    found = Reached(
        answer="by_this_day",
        earliest=_date_or_none(days.earliest, setting),
        latest=_date_or_none(days.latest, setting),
        exact=days.exact,
        latest_found=_date_or_none(days.latest_found, setting),
        median=_date_or_none(drawn.day_of(0.5), setting),
        nine_in_ten=_date_or_none(drawn.day_of(0.9), setting),
        share_by_day=pl.DataFrame(curve, schema=SHARES, orient="row"),
        n_undated=len(concerns),
        n_concerns=len(concerns) + of.n_concerns(viewer),
    )
    return replace(found, answer=_answer(days, setting, concerns))


def _answer(days: OuterDays, setting: Setting, concerns: list[tuple[Worth, ...]]) -> Answer:
    if days.latest != setting.never:
        return "by_this_day"
    if days.earliest != setting.never:
        return "perhaps"
    could, _ = earliest_day(_with_any_day(setting, concerns), Budget(NODES))
    return "never" if could == setting.never else "cannot_be_said"


def _undated_concerns(of: Placed, viewer: str, undated: pl.DataFrame | None) -> list[tuple[Worth, ...]]:
    """Return what each undated concern that a viewer knew, or may have known, is worth."""
    if undated is None:
        return []
    knows = {
        "pooled": pl.lit(True),
        CS: pl.col("told").fill_null(False),
        TOLD_ALL: pl.col("told").fill_null(True),
    }.get(viewer, pl.col("agency") == viewer)
    kinds = undated.filter(knows, pl.col("kind").is_in(list(CONCERNS)))["kind"]
    lines = [LINE_NAMES.index(kind) for kind in kinds]
    return [(Worth(line, by_age(of.points[line])),) if of.points[line].any() else () for line in lines]


def _with_any_day(setting: Setting, worths: list[tuple[Worth, ...]]) -> Setting:
    """Return a setting with items more that may fall on any day."""
    n, more = len(setting.first), len(worths)
    apart = np.full((n + more, n + more), FAR)
    np.fill_diagonal(apart, 0)
    apart[:n, :n] = setting.apart
    return replace(
        setting,
        worths=(*setting.worths, *worths),
        first=np.append(setting.first, np.full(more, setting.from_day - 1)),
        last=np.append(setting.last, np.full(more, setting.to_day)),
        apart=apart,
        follows=np.append(setting.follows, np.full(more, -1)),
        addresses=np.append(setting.addresses, np.zeros((more, 2), np.int64), axis=0),
    )


def _date(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=int(day))


def _date_or_none(day: int | None, setting: Setting) -> date | None:
    return None if day is None or day == setting.never else _date(day)
