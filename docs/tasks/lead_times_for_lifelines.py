"""Waits as survival analysis takes them: lifelines' KaplanMeierFitter().fit(*columns) reads them as they are."""

import risk
from risk import reviews

cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=40, seed=1)
children = risk.review_cohort(risk.Card.shipped(), cohort)
times = reviews.time_and_event(reviews.waits(children, cohort.record))
columns = times["time"].to_numpy(), times["event"].to_numpy()
print(times.head())
