"""Twenty draws with shared luck: what passing everything on would change, and how sure that is."""

import risk

scenario = risk.Scenario.named("norfolk_review")
dials = {"noticing.shares.police": [0.0, 1.0], "noticing.shares.school": [0.0, 1.0]}
varied = risk.vary(scenario, dials, measure="never_told", households=20, draws=20)
print(varied.select("dial", "setting", "draws", "before", "after", "difference", "low", "high"))
risk.charts.tornado(varied).save("twenty_draws.html")
