"""Practice: how children's services answer what reaches them, day by day, on the statutory clock.

Report → referral → decision within one working day → assessment within 45 working days → strategy
discussion → section 47 enquiry → conference within 15 working days → plan → reviews at 3 and then 6
months → removal → return. A finding depends on the true state of care, and on whether a tidied home and
the parent's account reassure; everything else depends on what was recorded and on the household's draws.
"""

from typing import Final

import numpy as np

from risk.core.arrays import Ints
from risk.world.simulate import assessing, front_door, reviewing
from risk.world.simulate.block import Block
from risk.world.simulate.casework import (
    ACCOMMODATED,
    CLOSED,
    DECIDING,
    DISCUSSING,
    EMERGENCY,
    ENQUIRING,
    IN_CARE,
    IN_NEED,
    IN_PROCEEDINGS,
    POLICE_PROTECTED,
    PROTECTED,
    Draws,
    among_stages,
    close,
)

MAY_OUTGROW: Final = ~among_stages(CLOSED, IN_CARE)
WHEN_DUE: Final = {
    DECIDING: front_door.decide,
    DISCUSSING: assessing.start_enquiry,
    ENQUIRING: assessing.end_enquiry,
    IN_NEED: reviewing.review_in_need_plan,
    PROTECTED: reviewing.review_protection_plan,
    POLICE_PROTECTED: reviewing.end_police_protection,
    EMERGENCY: reviewing.end_emergency_order,
    ACCOMMODATED: reviewing.review_care,
    IN_PROCEEDINGS: reviewing.end_proceedings,
}


def respond(block: Block, day: int) -> None:
    """Close what has outgrown the service, do what is due today, then answer what arrives today."""
    grown = np.flatnonzero(block.families.grown == day)
    close(block, grown[MAY_OUTGROW[block.stage[grown]]], day, "turned_18")
    due = np.flatnonzero(block.due == day)
    assessed = np.flatnonzero(block.assessment_due == day)
    who = [due, assessed]
    who += [batch["where"] for tray in (block.inbox, block.written) for batch in tray.get(day, [])]
    decides = np.unique(np.concatenate(who))
    if len(decides) == 0:
        return
    u = Draws.of(block, decides, day)
    if len(assessed):
        assessing.complete_assessment(block, assessed, day, u)
    _do_what_is_due(block, due, day, u)
    front_door.add_up(block, day, u)
    front_door.receive(block, day, u)


def _do_what_is_due(block: Block, due: Ints, day: int, u: Draws) -> None:
    due = due[block.due[due] == day]  # an assessment completed today may have moved a case on
    stage = block.stage[due]
    for code in np.unique(stage):
        WHEN_DUE[int(code)](block, due[stage == code], day, u)
