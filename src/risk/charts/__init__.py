"""Charts: one function per question, a review or a frame in and an Altair chart out."""

from risk.charts.case import INVENTED_CASE as INVENTED_CASE
from risk.charts.case import PUBLISHED_ACCOUNT as PUBLISHED_ACCOUNT
from risk.charts.case import counterfactual as counterfactual
from risk.charts.case import crossing as crossing
from risk.charts.case import trajectory as trajectory
from risk.charts.case import viewers as viewers
from risk.charts.cohort import waits as waits
from risk.charts.cohort import what_changed as what_changed
from risk.charts.cohort import what_followed as what_followed
from risk.charts.line import groups as groups
from risk.charts.line import remedies as remedies
from risk.charts.line import trade_off as trade_off
from risk.charts.model import card as card
from risk.charts.model import comparison as comparison
from risk.charts.model import reliability as reliability
from risk.charts.model import shares_of_ceiling as shares_of_ceiling
from risk.charts.published import calibration as calibration
