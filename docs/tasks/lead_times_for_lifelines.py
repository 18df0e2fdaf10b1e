"""Waits from the line to an assessment in lifelines: by when had half of the children been assessed?"""

from lifelines import KaplanMeierFitter

import risk
from risk import reviews

cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=40, seed=1)
children = risk.review_cohort(risk.Card.shipped(), cohort)
times = reviews.time_and_event(reviews.waits(children, cohort.record))
columns = times["time"].to_numpy(), times["event"].to_numpy()
print(KaplanMeierFitter().fit(*columns).median_survival_time_)
