"""A scenario of your own: a name that is misspelt is refused, with what may have been meant."""

import risk

try:
    risk.Scenario.named("england_2014", {"noticing.sharing.police": 0.5})
except ValueError as mistake:
    print(mistake)
scenario = risk.Scenario.named("england_2014", {"noticing.shares.police": 0.5})
print(scenario, risk.simulate(scenario, households=20, seed=1))
