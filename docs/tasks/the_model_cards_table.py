"""The table of MODEL_CARD.md on a cohort of your own: each way of judging, as a share of what could be known."""

import polars as pl

import risk

cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=100, seed=2)
found = risk.evaluate(cohort, card=risk.Card.shipped())
shares = found.filter(pl.col("measure").is_in(["auc_skill", "ap_ratio", "brier_skill_ratio"]))
print(shares.pivot("measure", index="label", values="value"))
