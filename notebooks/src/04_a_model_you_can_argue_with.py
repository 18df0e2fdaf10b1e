# %% [markdown]
# # A model you can argue with: how good is the card, and how sure?
#
# For researchers; 20 minutes. The whole model is one table of whole numbers.
#
# This notebook describes neglect and abuse. All children in it are invented. It is for teaching and
# research, never for decisions about real families. If it brings something up for you, in the United
# Kingdom: Childline 0800 1111; for adults worried about a child, NSPCC 0808 800 5000.

# %%
import risk
from risk import evaluation, model

scenario, households, seed, changed = "england_2014", 2_000, 1, {}
challengers = ("l1_logistic",)  # "boosting" and "ebm" are freer still, and take longer

# %% [markdown]
# The card is fitted on most of the households, for whether the hidden truth warranted an assessment
# then or within 12 weeks. Each cell is worth so many points for the newest record of a kind; below it
# stands what other such households would have taught. **Argue with it:** which cells would you defend?
# `changed` takes any assumption by name, such as `{"noticing.visibility_multipliers": [1.0, 1.0, 1.0]}`.

# %%
risk.notebook.use()
cohort = risk.simulate(risk.Scenario.named(scenario, changed), households=households, seed=seed)
rows = risk.labels(risk.featurise(risk.landmarks(cohort.record), cohort.record), cohort.truth)
train, test = risk.split(rows)
card = risk.CumulativeScorecard().fit(train)

# %%
chart = risk.charts.card(card, model.stability(card, train, resamples=50))
chart.display()
risk.notebook.words(chart.description)

# %% [markdown]
# Wide intervals are the price of few households. The card that ships with the package learned from many
# more; the one here is yours. Next: **when it says one in five, is it one in five?** Move the slider to any
# other chance, and read of each what came of it. The ceiling, which knows how this world works, is true to
# its word on average over many such cohorts; on one of this size luck moves it too, and that is how far to
# trust any dot.

# %%
scored = evaluation.judge(cohort, card=card.card_, challengers=challengers)
chart = risk.charts.reliability(evaluation.reliability(scored))
chart.display()
risk.notebook.words(chart.description)

# %% [markdown]
# **How does it stand against simpler and freer ways?** Judging incident by incident is to read the last
# four weeks alone, as well as they can be read (the best reading), or by how bad the worst looked (the
# severity rule); counting concerns adds up without weighing; the challengers weigh freely and
# cannot be read.

# %%
measures = evaluation.measured(scored)
chart = risk.charts.comparison(measures)
chart.display()
risk.notebook.words(chart.description)

# %% [markdown]
# Average precision alone has no natural scale: harm that nobody noticed cannot be found by anybody. So each
# figure is held against the ceiling's on the same rows.

# %%
chart = risk.charts.shares_of_ceiling(measures, ("card", "n_concerns", "incident"))
chart.display()

# %%
# How good is the card, and how sure? As a share of what anybody could have known, with its interval.
risk.notebook.words(chart.description)
