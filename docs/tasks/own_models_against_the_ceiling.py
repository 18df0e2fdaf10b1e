"""Hold a logistic regression and a boosting of your own against the most that anybody could know."""

from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

import risk

cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=100, seed=1)
own = {"logistic": LogisticRegression(C=0.01, max_iter=1_000)}
own["boosting of my own"] = HistGradientBoostingClassifier(max_iter=40, random_state=1)
found = risk.evaluate(cohort, models=own)
print(found.filter(measure="ap_ratio").select("label", "value", "low", "high"))
risk.charts.shares_of_ceiling(found, ["card", *own]).save("own_models.html")
