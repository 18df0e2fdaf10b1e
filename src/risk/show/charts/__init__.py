"""Charts: one function per question, a review or a frame in and an Altair chart out."""

from risk.show.charts.line import groups as groups
from risk.show.charts.line import remedies as remedies
from risk.show.charts.line import trade_off as trade_off
from risk.show.charts.many_children import waits as waits
from risk.show.charts.many_children import what_changed as what_changed
from risk.show.charts.many_children import what_followed as what_followed
from risk.show.charts.model import card as card
from risk.show.charts.model import comparison as comparison
from risk.show.charts.model import reliability as reliability
from risk.show.charts.model import shares_of_ceiling as shares_of_ceiling
from risk.show.charts.one_child import INVENTED_CASE as INVENTED_CASE
from risk.show.charts.one_child import PUBLISHED_ACCOUNT as PUBLISHED_ACCOUNT
from risk.show.charts.one_child import counterfactual as counterfactual
from risk.show.charts.one_child import crossing as crossing
from risk.show.charts.one_child import trajectory as trajectory
from risk.show.charts.one_child import viewers as viewers
from risk.show.charts.published_figures import calibration as calibration
