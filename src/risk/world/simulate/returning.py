"""Returning: children who were looked after come home with a plan of need, and some come back into care.

The plan that answers a return home supports the family like any other, and tells of more strain: care gets
worse `worsens_after_return` times as fast. What its reviews find leads back into care more easily.
"""

from risk.world.compiled import compiled
from risk.world.simulate.casework import accommodate, return_home, start_in_need_plan
from risk.world.simulate.codes import Support
from risk.world.simulate.home import Home
from risk.world.simulate.luck import COMES_BACK, draw_care


@compiled
def go_home(home: Home, day: int) -> None:
    """Let the children return home, with a plan of need."""
    start_in_need_plan(home, day, return_home(home, day))
    home.support = Support.after_return


@compiled
def comes_back(home: Home, day: int) -> bool:
    """Accommodate some children again when a review of the plan after their return found need.

    Return whether they were; never of another plan.
    """
    if home.support != Support.after_return:
        return False
    draw_care(home, day)
    if home.draws[COMES_BACK] >= home.looked_after.returns_to_care:
        return False
    accommodate(home, day, home.opened_by)
    return True
