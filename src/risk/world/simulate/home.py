"""The home: one household's present state, what is assumed about its world, and the tables it fills.

It is one record of constant type. So compiled functions are handed one pointer, are compiled once for any
scenario, size and years, and can leave a home at the end of any week and go on with it. Days are whole
numbers, counted from 1 January 1970 as Polars and NumPy count dates.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risk.core.kinds import CONCERNS
from risk.world.compiled import compiled
from risk.world.simulate.codes import NEVER, NONE
from risk.world.simulate.papers import ROWS, TABLES

Home = np.record
Homes = NDArray[np.void]
"""One home in an array: Numba sees at once what it is."""

MOST_CHILDREN: Final = 5
MOST_WEEKS_KEPT: Final = 53
MOST_REPORTS: Final = 1 << 13
"""More than can be on their way: one an agency and concern each week, for up to ten weeks, in two trays."""

FAMILY: Final = np.dtype(
    [
        ("struggling", "i8"),  # an index into schema.FAMILY_TYPES
        ("visibility", "i8"),  # an index into schema.VISIBILITIES
        ("born", "i8", (MOST_CHILDREN,)),  # NONE where there is no such child
        ("first_born", "i8"),  # the day a household first has a child
        ("grown", "i8"),  # the day on which its youngest turns 18
        ("begins", "f8"),  # a uniform: where the hidden chain starts
        ("area", "i8"),
        ("assess_on", "i8"),  # a day on which it is referred and assessed whatever is told; else NEVER
    ],
    align=True,
)
"""What does not change about a household, made by `families.families`."""

INCIDENT: Final = np.dtype(
    [
        ("concern", "i8"),
        ("day", "i8"),
        ("child", "i8"),  # the number of the child whom it is about, or NONE for the whole household
        ("concerned", "u1", (MOST_CHILDREN,)),  # whose age matters for who sees it
        ("severity", "i8"),
        ("goes_to_refuge", "f8"),  # uniforms: whether the family leaves for a refuge, and for how long
        ("stays", "f8"),
    ],
    align=True,
)
"""Something that happens in a home this week, whoever sees it."""

REPORT: Final = np.dtype(
    [
        ("day", "i8"),  # on which it comes
        (
            "told",
            "?",
        ),  # children's services are told; else it is only written down, for the pooled chronology
        ("agency", "i8"),
        ("concern", "i8"),
        ("severity", "i8"),  # how it looks to children's services
        ("event_id", "i8"),
    ],
    align=True,
)

STATE: Final = [
    ("seed", "u8"),
    ("first_day", "i8"),
    ("last_day", "i8"),  # the day up to which, not including it, households are followed
    ("n_weeks", "i8"),
    ("household", "i8"),
    ("family", FAMILY),
    ("week", "i8"),
    # harm: the hidden state, 0 to 31, and the support that changes how it moves
    ("state", "i8"),
    ("support", "i8"),
    ("past_support", "i8", (MOST_WEEKS_KEPT,)),  # what it was on each of the last Mondays, until it tells
    ("turn", "i8"),  # which of these is the oldest
    # where the family lives
    ("lives_here", "?"),
    ("in_care_since", "i8"),  # the event that began this period of care
    ("gone", "?"),  # the children left care for another home, and do not come back
    # care: what falls due of it, beside its reviews
    ("care_due", "i8"),  # the first of the next three
    ("step_due", "i8"),  # the court decides, or the children are placed for adoption or adopted
    ("move_due", "i8"),  # they move to another placement
    ("strengths_due", "i8"),  # somebody writes down what goes well
    ("placed", "i8"),  # the day on which this placement began
    ("placement", "i8"),  # its category
    ("care_reviews", "i8"),  # held in this period of care
    ("in_refuge_from", "i8"),
    ("in_refuge_until", "i8"),
    # noticing: what happens this week, and which reports are on their way
    ("incidents", INCIDENT, (len(CONCERNS),)),
    ("n_incidents", "i8"),
    ("is_known", "?"),  # to children's services, on Monday
    ("not_believed", "i8"),  # the first day on which anybody wrote that a child here was not believed
    ("reports", REPORT, (MOST_REPORTS,)),
    ("n_reports", "i8"),
    ("next_report", "i8"),
    ("in_order", "i8", (MOST_REPORTS,)),  # the places of today's reports, the worst first
    # practice: where the case stands, what is due when, and what it goes back to
    ("stage", "i8"),
    ("due", "i8"),
    ("opened_by", "i8"),  # the event that opened this stage
    ("referral", "i8"),  # the referral that opened this episode of need
    ("referred", "i8"),  # its day: the statutory clock starts
    ("contacted", "i8"),  # the day on which children's services were last told anything
    ("opened_for", "i8"),  # the concern that was referred
    ("looks", "i8"),  # how severe it looked
    ("assessment", "i8"),  # the assessment that is open, whatever the stage
    ("assessment_due", "i8"),
    ("assessed", "i8"),  # the day on which the last assessment was completed
    ("found_need", "?"),  # by that assessment
    ("recent", "i8", (MOST_WEEKS_KEPT,)),  # concerns written down in each of the last weeks
    ("adds_up", "?"),  # the pooled chronology has asked for an assessment
    ("had_plan", "?"),  # a child protection plan, ever
    ("is_reviewed", "?"),  # the protection plan that is open, by a conference
    # visiting: what falls due beside the case, and for which stage it was set
    ("visited_in", "i8"),
    ("visit_due", "i8"),
    ("core_group_due", "i8"),
    ("visiting_due", "i8"),  # the first of the two
    ("events_written", "i8"),
    # draws
    ("harm_draws", "f8", (4,)),  # one a week
    ("incident_draws", "f8", (4,)),
    ("u", "f8", (16,)),  # children's services' of today
    ("week_draws", "f8", (16,)),  # which concerns this week holds
    ("draws", "f8", (16,)),  # of whatever is drawn next
    *((f"n_{name}", "i8") for name in TABLES),
    *((name, row, (ROWS,)) for name, row in TABLES.items()),
]


def new_home(assumed: dict[str, np.record], seed: int, first_day: int, n_weeks: int) -> Homes:
    """Return a home, alone in its array, in which nobody lives yet; `assumed` is what `assumed` returns."""
    fields = [*STATE, *((name, part.dtype) for name, part in assumed.items())]
    homes: Homes = np.zeros(1, np.dtype(fields, align=True)).view(np.recarray)
    home: Any = homes[0]
    for name, part in assumed.items():
        home[name] = part
    home.seed, home.household = seed, NONE
    home.first_day, home.last_day, home.n_weeks = first_day, first_day + 7 * n_weeks, n_weeks
    return homes


@compiled
def move_in(home: Home, household: int, family: np.record) -> None:
    """Let another household live here: nothing has happened to it, and its case is closed."""
    home.household, home.family, home.week = household, family, 0
    home.support, home.past_support[:], home.turn = 0, 0, 0
    home.lives_here, home.in_care_since, home.gone = True, NONE, False
    home.care_due, home.step_due, home.move_due, home.strengths_due = NEVER, NEVER, NEVER, NEVER
    home.placed, home.placement, home.care_reviews = NONE, NONE, 0
    home.in_refuge_from, home.in_refuge_until = 0, 0
    home.not_believed = NEVER
    home.n_incidents, home.n_reports, home.next_report = 0, 0, NEVER
    home.stage, home.due, home.opened_by = 0, NEVER, NONE
    home.referral, home.referred, home.opened_for, home.looks = NONE, NONE, 0, 1
    home.contacted = NONE
    home.assessment, home.assessment_due = NONE, NEVER
    home.assessed, home.found_need = NONE, False
    home.recent[:] = 0
    home.adds_up, home.had_plan, home.is_reviewed = False, False, False
    home.visited_in, home.visit_due, home.core_group_due, home.visiting_due = 0, NEVER, NEVER, NEVER
    home.events_written = 0


@compiled
def has_children(home: Home, day: int) -> bool:
    """Return whether a child under 18 lives here, or is looked after elsewhere and may come back."""
    return home.family.first_born <= day and day < home.family.grown and not home.gone
