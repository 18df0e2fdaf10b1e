"""The front door: what children's services are told arrives as contacts, of which some become referrals.

Whether a contact becomes a referral depends on how severe it looks, on what children's services already know
of the home, and on how pressed the area's teams are. In incident practice a decision looks at one report
alone. In cumulative practice, as far as the scenario says, it looks at the pooled chronology: everything that
anybody wrote down in the last half year.
"""

from typing import Final

from risk.world.compiled import compiled
from risk.world.observation import KNOWN_FOR_DAYS
from risk.world.simulate.beginning import NO_CONCERN
from risk.world.simulate.casework import (
    NEXT,
    add_working_days,
    discuss_strategy,
    end_plan,
    leave_home,
    start_assessment,
    to_stage,
    working_day_from,
)
from risk.world.simulate.codes import NEVER, NONE, Agency, Decision, Kind, Stage, code
from risk.world.simulate.home import Home, has_children
from risk.world.simulate.luck import ADDS_UP, AT_ONCE, DECISION, OUTCOME, SEXUAL, pressure, row
from risk.world.simulate.papers import AGENCIES_IN_ITEM, write
from risk.world.simulate.tray import Report, put_in_order

DAYS_OF_POLICE_PROTECTION: Final = 3  # 72 hours, Children Act 1989 section 46
DAYS_OF_EMERGENCY_ORDER: Final = 8  # 8 days, Children Act 1989 section 45
MOST_SEVERE: Final = 4
SCREENS_IN, OFFERS_HELP = range(2)
SLOTS: Final = code(4)


@compiled
def receive(home: Home, day: int) -> None:
    """Let the day's reports arrive as contacts; one that is screened in, of a closed case, is a referral.

    What is screened out leads to nothing more, except that some families are offered early help.
    """
    n = put_in_order(home, day)
    if n == 0:
        return
    odds = odds_of_referral(home, day)
    for i in range(n):
        report = home.reports[home.in_order[i]]
        contact = write(home, Kind.contact, day, report.event_id)
        contact.agency = report.agency
        report.event_id = contact.event_id
    home.contacted = day
    # The report that looks worst comes first, and is the one that a decision looks at.
    worst = home.reports[home.in_order[0]]
    if home.stage == Stage.closed:
        referred = screen(home, day, n, odds)
        if referred == NONE:
            return
        worst = home.reports[home.in_order[referred]]
        referral = write(home, Kind.referral, day, worst.event_id)
        referral.agency, worst.event_id = worst.agency, referral.event_id
        open_case(home, day, worst)
    # What is done at once is done about the referral, if one waits for its decision.
    if home.stage == Stage.deciding:
        for i in range(n):
            home.reports[home.in_order[i]].event_id = home.referral
    remove_at_once(home, day, worst)
    for i in range(n):
        if home.reports[home.in_order[i]].concern == Kind.sexual_abuse_indicator:
            consider_sexual_abuse(home, day, home.reports[home.in_order[i]].event_id)
            break
    escalate(home, day, worst)


@compiled
def odds_of_referral(home: Home, day: int) -> float:
    """Return how many times the usual odds a contact of this day has of becoming a referral.

    More if the home was referred in the last year, or contacted in the last weeks; fewer where the area's
    teams are pressed.
    """
    practice, odds = home.practice, 1.0
    referred = home.referred != NONE and day - home.referred <= KNOWN_FOR_DAYS
    contacted = home.contacted != NONE and day - home.contacted <= practice.contacts_remembered_days
    if referred or contacted:
        odds = practice.screens_in_when_known
    if practice.pressure_swing > 0:
        odds *= 1 - practice.pressure_swing * (2 * pressure(home, day) - 1)
    return odds


@compiled
def screen(home: Home, day: int, n: int, odds: float) -> int:
    """Return which of the day's contacts becomes a referral, the worst first, or NONE.

    What leads to something at once is a referral, whatever the threshold.
    """
    if not has_children(home, day):
        return NONE
    for i in range(n):
        report = home.reports[home.in_order[i]]
        draw_screening(home, day, report)
        p = home.practice.screens_in[report.severity - 1]
        is_urgent = is_removed(home, report) or is_considered(home, report)
        if is_urgent or home.draws[SCREENS_IN] < p * odds / (1 - p + p * odds):
            return i
    worst = home.reports[home.in_order[0]]
    draw_screening(home, day, worst)
    if home.draws[OFFERS_HELP] < home.practice.screened_out_offers_early_help:
        write(home, Kind.early_help, working_day_from(home, day), worst.event_id)
    return NONE


@compiled
def draw_screening(home: Home, day: int, report: Report) -> None:
    """Draw whether a contact is screened in, and else whether early help is offered."""
    item = report.concern * AGENCIES_IN_ITEM + report.agency
    row(home.seed, Decision.screening, home.household, day, item, SLOTS, home.draws)


@compiled
def add_up(home: Home, day: int) -> None:
    """Look at the pooled chronology of a family about whom something was written down today."""
    n, last = 0, 0
    for place in range(home.n_reports):
        if home.reports[place].day == day and not home.reports[place].told:
            n, last = n + 1, place
    if n == 0:
        return
    home.recent[home.week % (home.practice.adds_up_weeks + 1)] += n
    reaches = home.recent.sum() >= home.practice.adds_up_concerns
    if not (reaches and home.u[ADDS_UP] < home.practice.adds_up and has_children(home, day)):
        return
    if home.stage == Stage.closed and home.lives_here:
        report = home.reports[last]
        report.event_id = write(home, Kind.referral, day, report.event_id).event_id
        open_case(home, day, report)
        if report.concern == Kind.sexual_abuse_indicator:
            consider_sexual_abuse(home, day, report.event_id)
    home.adds_up = home.stage == Stage.deciding


@compiled
def decide(home: Home, day: int) -> None:
    """Decide on a referral, one working day after it came."""
    practice, u, look = home.practice, home.u[DECISION], home.looks - 1
    p_strategy = practice.calls_strategy_discussion[look]
    if u < p_strategy:
        discuss_strategy(home, day, home.referral)
    elif u < p_strategy + practice.assesses[look] or home.adds_up:
        home.stage, home.due = Stage.assessing, NEVER
        start_assessment(home, day, home.referral)
    else:
        helped = home.u[OUTCOME] < practice.offers_early_help
        write(home, Kind.early_help if helped else Kind.no_further_action, day, home.referral)
        home.stage, home.due = Stage.closed, NEVER
    home.adds_up = False


@compiled
def open_case(home: Home, day: int, referral: Report) -> None:
    """Open an episode of need with a referral; its decision is due within one working day."""
    home.referral, home.referred = referral.event_id, day
    home.opened_for, home.looks = referral.concern, referral.severity
    to_stage(home, Stage.deciding, add_working_days(home, day, NEXT), referral.event_id)


@compiled
def assess_at_line(home: Home, day: int) -> None:
    """Refer a home and begin its assessment, past screening and decision; an open case stays as it is.

    It is about no one report: the whole record is what asks for it.
    """
    if home.stage == Stage.closed and home.lives_here and has_children(home, day):
        referral = write(home, Kind.referral, day, NONE).event_id
        home.referral, home.referred, home.opened_for = referral, day, NO_CONCERN
        to_stage(home, Stage.assessing, NEVER, referral)
        start_assessment(home, day, referral)


@compiled
def is_removed(home: Home, report: Report) -> bool:
    """Return whether a report leads to the children being taken out of their home on the day it comes."""
    if report.severity != MOST_SEVERE or not home.lives_here:
        return False
    practice = home.practice
    p = practice.police_protects if report.agency == Agency.police else practice.emergency_orders
    removed: bool = home.u[AT_ONCE] < p
    return removed


@compiled
def remove_at_once(home: Home, day: int, worst: Report) -> None:
    """Take children out of some homes about which something most severe is reported.

    Police may do so themselves; after a report by others a court may make an emergency protection order.
    """
    if not has_children(home, day) or not is_removed(home, worst):
        return
    if worst.agency == Agency.police:
        kind, agency = Kind.police_protection, Agency.police
        stage, days = Stage.police_protected, DAYS_OF_POLICE_PROTECTION
    else:
        kind, agency = Kind.emergency_protection_order, Agency.court
        stage, days = Stage.emergency, DAYS_OF_EMERGENCY_ORDER
    end_plan(home, day)
    removal = write(home, kind, day, worst.event_id)
    removal.agency = agency
    write(home, Kind.strategy_discussion, day, removal.event_id)
    leave_home(home, day, removal.event_id)
    to_stage(home, stage, day + days, removal.event_id)


@compiled
def is_considered(home: Home, report: Report) -> bool:
    """Return whether a report may indicate sexual abuse, and it is practice to consider that."""
    considers: bool = home.u[SEXUAL] < home.practice.considers_sexual_abuse
    return considers and report.concern == Kind.sexual_abuse_indicator


@compiled
def consider_sexual_abuse(home: Home, day: int, event_id: int) -> None:
    """Discuss a report that may indicate sexual abuse, however it looks on its own, if that is practice."""
    if home.u[SEXUAL] >= home.practice.considers_sexual_abuse:
        return
    waits = home.stage == Stage.deciding or home.stage == Stage.assessing or home.stage == Stage.in_need
    if waits and home.lives_here:
        discuss_strategy(home, day, event_id)
    else:
        write(home, Kind.strategy_discussion, day, event_id)


@compiled
def escalate(home: Home, day: int, worst: Report) -> None:
    """Let a severe report on a case that is assessed or has a plan of need lead to a strategy discussion."""
    may_rise = home.stage == Stage.assessing or home.stage == Stage.in_need
    if may_rise and home.u[DECISION] < home.practice.calls_strategy_discussion[worst.severity - 1]:
        discuss_strategy(home, day, worst.event_id)
