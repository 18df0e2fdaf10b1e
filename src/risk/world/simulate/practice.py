"""Practice: how children's services answer what reaches them, day by day, on the statutory clock.

Report → contact → referral → decision within one working day → assessment within 45 working days → strategy
discussion → section 47 enquiry → conference within 15 working days → plan → reviews at 3 and then 6
months → removal → return, or another way out of care. Three things depend on the true state of care: a
finding (and on whether a tidied home and the parent's account reassure), whether an assessment leads
straight into care, and a little whether a visit sees the child. Everything else depends on what was
recorded and on the household's draws.
"""

from risk.world.compiled import compiled
from risk.world.simulate import assessing, caring, front_door, reviewing, visiting
from risk.world.simulate.casework import close
from risk.world.simulate.codes import Reason, Stage
from risk.world.simulate.home import Home
from risk.world.simulate.luck import draw_day
from risk.world.simulate.tray import clear_reports


@compiled
def respond(home: Home, day: int) -> None:
    """Let a day pass in children's services.

    1. A case closes, and care ends, on the day on which the youngest child turns 18. If it is asked what an
       assessment on this day would change, one begins.
    2. An assessment that is due is completed, or drifts.
    3. What falls due of the case is done, unless the assessment has moved it on.
    4. What anybody wrote down today may add up with what was written before.
    5. Reports that arrive today are answered.
    6. A court decides, children are placed or move, and somebody says how they thrive.
    7. Visits and core groups are set for what opened today, and made where they fall due.
    """
    if home.family.grown == day and home.stage != Stage.closed:
        if home.lives_here:
            close(home, day, Reason.turned_18)
        else:
            caring.leave_care(home, day, Reason.turned_18)
    works = home.due == day or home.next_report == day or home.assessment_due == day
    if works or home.care_due == day or home.family.assess_on == day:
        work(home, day)
        if home.visited_in != home.stage:
            visiting.begin(home, day)
    if home.visiting_due == day:
        visiting.go_round(home, day)


@compiled
def work(home: Home, day: int) -> None:
    """Do what is due of assessments, the case and care, and answer what arrives."""
    draw_day(home, day)
    is_due, arrives = home.due == day, home.next_report == day
    if home.family.assess_on == day:
        front_door.assess_at_line(home, day)
    if home.assessment_due == day:
        assessing.complete_assessment(home, day)
    if is_due and home.due == day:
        do_what_is_due(home, day)
    if arrives:
        front_door.add_up(home, day)
        front_door.receive(home, day)
        clear_reports(home, day)
    if home.care_due == day:
        caring.look_after(home, day)


@compiled
def do_what_is_due(home: Home, day: int) -> None:
    """Do what this stage of a case asks for on the day that was set."""
    stage = home.stage
    if stage == Stage.deciding:
        front_door.decide(home, day)
    elif stage == Stage.discussing:
        assessing.start_enquiry(home, day)
    elif stage == Stage.enquiring:
        assessing.end_enquiry(home, day)
    elif stage == Stage.in_need:
        reviewing.review_in_need_plan(home, day)
    elif stage == Stage.protected:
        reviewing.review_protection_plan(home, day)
    elif stage == Stage.police_protected:
        caring.end_police_protection(home, day)
    elif stage == Stage.emergency:
        caring.end_emergency_order(home, day)
    elif stage >= Stage.accommodated:
        caring.review_care(home, day)
