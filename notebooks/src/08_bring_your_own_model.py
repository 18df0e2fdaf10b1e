# %% [markdown]
# # Bring your own model: how near does it come to what could be known?
#
# For researchers; 20 minutes. The best that anybody could do here is known exactly: hold your own against it.
#
# This notebook describes neglect and abuse. All children in it are invented. It is for teaching and
# research, never for decisions about real families. If it brings something up for you, in the United
# Kingdom: Childline 0800 1111; for adults worried about a child, NSPCC 0808 800 5000.

# %%
import polars as pl
import risk
from risk import evaluation
from sklearn import ensemble, linear_model

scenario, households, seed = "norfolk_review", 150, 1

# %% [markdown]
# Anything of scikit-learn that gives a probability, or a score, can be judged. It learns from seven tenths of
# the households, what every line of the card had counted on each day; it is asked about the others. No
# household is on both sides. Put your own beside these two.

# %%
risk.notebook.use()
logistic = linear_model.LogisticRegression(C=0.01, max_iter=1_000)
boosting = ensemble.HistGradientBoostingClassifier(max_iter=40, max_leaf_nodes=6, random_state=1)
own, world = {"logistic": logistic, "boosting of my own": boosting}, risk.Scenario.named(scenario)
cohort = risk.simulate(world, households=households, seed=seed)

# %% [markdown]
# A model that was made elsewhere comes as a column: a frame of child, day, and `p` for a probability or
# `score` for any other number. Here is one that counts the kinds of concern written down in the last four
# weeks. It says who first, and no more: a score that is no probability has no calibration to ask about.

# %%
at = risk.featurise(risk.landmarks(cohort.record), cohort.record)
recent = pl.sum_horizontal(pl.col("^n_.*_0_4w$") > 0)
own_and_column = own | {"kinds in 4 weeks": at.select("child_id", "landmark_on", score=recent)}

# %%
found = risk.evaluate(cohort, models=own_and_column)
chart = risk.charts.comparison(found)
chart.display()
risk.notebook.words(chart.description)

# %% [markdown]
# Average precision has no scale of its own. **As a share of the ceiling's** it has: 1 is the most that
# anybody could reach on the same record. And most rows that warrant an assessment are of harm that is there
# already; to see it is not to foresee. Which model is better at harm that is still to come?

# %%
chart = risk.charts.shares_of_ceiling(found, ("card", "logistic", "boosting of my own"))
chart.display()
kinds = found.filter(pl.col("measure").is_in(["ap_ratio_today", "ap_ratio_to_come"]))
print(kinds.pivot("measure", index="label", values="value"))

# %% [markdown]
# One small cohort tells a lucky model from a good one badly. **Five seeds** are five cohorts of the same
# world, each with luck of its own; everything is fitted anew on each. Where intervals overlap, call it a
# draw.

# %%
board = evaluation.leaderboard(world, own, households=households, seeds=(1, 2, 3, 4, 5))
chart = risk.charts.shares_of_ceiling(board, ("card", "logistic", "boosting of my own"))
chart.display()

# %%
# How near does it come to what could be known? Average precision, of the ceiling's, the best first.
print(board.filter(measure="ap_ratio").select("label", "value", "low", "high"))
