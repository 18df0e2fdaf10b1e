"""Load a committed cohort, with its hidden truth, in two lines."""

import risk

cohort = risk.Cohort.read("data/synthetic/norfolk_review")
print(cohort.record.events.head(), cohort.truth.harms.head())
