"""The front door: reports reach children's services, become referrals or contacts, and are decided on.

In incident practice a decision looks at one report alone. In cumulative practice, as far as the scenario
says, it looks at the pooled chronology: everything that anybody wrote down in the last half year.
"""

from typing import Final

import numpy as np

from risk.core.arrays import Bools, Ints
from risk.core.calendar import add_working_days
from risk.core.kinds import AGENCY, KIND
from risk.world.simulate.block import NEVER, Block, first_of_each, stacked
from risk.world.simulate.casework import (
    ADDS_UP,
    ASSESSING,
    AT_ONCE,
    CLOSED,
    DECIDING,
    DECISION,
    EMERGENCY,
    IN_NEED,
    OUTCOME,
    POLICE_PROTECTED,
    SEXUAL,
    Draws,
    among_stages,
    discuss_strategy,
    end_plan,
    leave_home,
    start_assessment,
    to_stage,
)

POLICE_PROTECTION: Final = (POLICE_PROTECTED, 3)  # 72 hours, Children Act 1989 section 46
EMERGENCY_ORDER: Final = (EMERGENCY, 8)  # 8 days, Children Act 1989 section 45
MOST_SEVERE: Final = 4
MAY_ESCALATE: Final = among_stages(ASSESSING, IN_NEED)
MAY_BE_DISCUSSED: Final = among_stages(DECIDING, ASSESSING, IN_NEED)

Reports = dict[str, Ints]


def receive(block: Block, day: int, u: Draws) -> None:
    """Answer the day's reports: one referral a household whose case is closed, the others contacts."""
    if day not in block.inbox:
        return
    reports = stacked(block.inbox.pop(day))
    # The report that looks worst comes first, and is the one that a decision looks at.
    order = np.lexsort((reports["event_id"], -reports["severity"], reports["where"]))
    reports = {name: column[order] for name, column in reports.items()}
    is_worst = first_of_each(reports["where"])
    refers = (
        is_worst & (block.stage[reports["where"]] == CLOSED) & _has_children(block, reports["where"], day)
    )
    kind = np.where(refers, KIND["referral"], KIND["contact"])
    reports["event_id"] = block.write(
        reports["where"], kind, day, agency=reports["agency"], answers=reports["event_id"]
    )
    _open(block, day, {name: column[refers] for name, column in reports.items()})
    # What is done at once is done about the referral, if one waits for its decision.
    waits = block.stage[reports["where"]] == DECIDING
    reports["event_id"] = np.where(waits, block.referral[reports["where"]], reports["event_id"])
    worst = {name: column[is_worst] for name, column in reports.items()}
    _remove_at_once(block, day, worst, u)
    _consider_sexual_abuse(block, day, reports, u)
    _escalate(block, day, worst, u)


def add_up(block: Block, day: int, u: Draws) -> None:
    """Look at the pooled chronology of those about whom something was written down today."""
    if day not in block.written:
        return
    reports = stacked(block.written.pop(day))
    assumed = block.scenario.practice
    np.add.at(block.recent[(day - block.first_day) // 7 % len(block.recent)], reports["where"], 1)
    where, last = np.unique(reports["where"][::-1], return_index=True)
    reaches = block.recent[:, where].sum(axis=0) >= assumed.adds_up_concerns
    looked_at = reaches & (u(ADDS_UP, where) < assumed.adds_up) & _has_children(block, where, day)
    opens = looked_at & (block.stage[where] == CLOSED) & block.at_home[where]
    report = {name: column[::-1][last[opens]] for name, column in reports.items()}
    report["event_id"] = block.write(where[opens], "referral", day, answers=report["event_id"])
    _open(block, day, report)
    _consider_sexual_abuse(block, day, report, u)
    block.adds_up[where[looked_at]] = block.stage[where[looked_at]] == DECIDING


def turn_the_week(block: Block, week: int) -> None:
    """Make room for a new week in what is kept of the pooled chronology."""
    if len(block.recent):
        block.recent[week % len(block.recent)] = 0


def decide(block: Block, where: Ints, day: int, u: Draws) -> None:
    """Decide on referrals, one working day after they came."""
    assumed, look = block.scenario.practice, block.looks[where] - 1
    v = u(DECISION, where)
    strategy = v < np.array(assumed.calls_strategy_discussion)[look]
    likely = np.array(assumed.calls_strategy_discussion)[look] + np.array(assumed.assesses)[look]
    assess = ~strategy & ((v < likely) | block.adds_up[where])
    helped = ~strategy & ~assess & (u(OUTCOME, where) < assumed.offers_early_help)
    discuss_strategy(block, where[strategy], day, block.referral[where[strategy]])
    to_stage(block, where[assess], ASSESSING, NEVER)
    start_assessment(block, where[assess], day, block.referral[where[assess]], u)
    rest = ~strategy & ~assess
    answer = np.where(helped, KIND["early_help"], KIND["no_further_action"])
    block.write(where[rest], answer[rest], day, answers=block.referral[where[rest]])
    to_stage(block, where[rest], CLOSED, NEVER)
    block.adds_up[where] = False


def _has_children(block: Block, where: Ints, day: int) -> Bools:
    """Return whether a household has a child under 18 today."""
    has: Bools = (block.families.first_born[where] <= day) & (day < block.families.grown[where])
    return has


def _open(block: Block, day: int, referred: Reports) -> None:
    """Open an episode of need with each referral; its decision is due within one working day."""
    where = referred["where"]
    block.referral[where] = referred["event_id"]
    block.referred[where] = day
    block.opened_for[where] = referred["concern"]
    block.looks[where] = referred["severity"]
    to_stage(block, where, DECIDING, add_working_days(day, 1), referred["event_id"])


def _remove_at_once(block: Block, day: int, worst: Reports, u: Draws) -> None:
    """Take children out of some homes about which something most severe is reported.

    Police may do so themselves; after a report by others a court may make an emergency protection order.
    """
    assumed, where = block.scenario.practice, worst["where"]
    most_severe = block.at_home[where] & _has_children(block, where, day) & (worst["severity"] == MOST_SEVERE)
    by_police = worst["agency"] == AGENCY["police"]
    for those, p, kind, agency, stage, days in (
        (by_police, assumed.police_protects, "police_protection", "police", *POLICE_PROTECTION),
        (~by_police, assumed.emergency_orders, "emergency_protection_order", "court", *EMERGENCY_ORDER),
    ):
        removed = np.flatnonzero(most_severe & those & (u(AT_ONCE, where) < p))
        if len(removed):
            homes = where[removed]
            end_plan(block, homes, day)
            event = block.write(homes, kind, day, agency=agency, answers=worst["event_id"][removed])
            block.write(homes, "strategy_discussion", day, answers=event)
            leave_home(block, homes, day, event)
            to_stage(block, homes, stage, day + days, event)


def _consider_sexual_abuse(block: Block, day: int, reports: Reports, u: Draws) -> None:
    """Discuss reports that may indicate sexual abuse, however they look on their own, if that is practice."""
    about = np.flatnonzero(reports["concern"] == KIND["sexual_abuse_indicator"])
    if len(about) == 0:
        return
    where, first = np.unique(reports["where"][about], return_index=True)
    answers = reports["event_id"][about[first]]
    considers = u(SEXUAL, where) < block.scenario.practice.considers_sexual_abuse
    where, answers = where[considers], answers[considers]
    opens = MAY_BE_DISCUSSED[block.stage[where]] & block.at_home[where]
    discuss_strategy(block, where[opens], day, answers[opens])
    block.write(where[~opens], "strategy_discussion", day, answers=answers[~opens])


def _escalate(block: Block, day: int, worst: Reports, u: Draws) -> None:
    """Let a severe report on a case that is assessed or has a plan of need lead to a strategy discussion."""
    where = worst["where"]
    p = np.array(block.scenario.practice.calls_strategy_discussion)[worst["severity"] - 1]
    rises = MAY_ESCALATE[block.stage[where]] & (u(DECISION, where) < p)
    discuss_strategy(block, where[rises], day, worst["event_id"][rises])
