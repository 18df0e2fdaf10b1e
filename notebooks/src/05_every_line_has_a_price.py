# %% [markdown]
# # Every line has a price: who pays it?
#
# For researchers and managers; 15 minutes.
#
# This notebook describes neglect and abuse. All children in it are invented. It is for teaching and
# research, never for decisions about real families. If it brings something up for you, in the United
# Kingdom: Childline 0800 1111; for adults worried about a child, NSPCC 0808 800 5000.

# %%
import risk
from risk import evaluation, model, reviews

scenario, households, seed, changed = "england_2014", 3_000, 2, {}
price, rate = 5, 0.2

# %% [markdown]
# The shipped card scores families that it has never seen. Where does one draw the line? Not where accuracy
# is best, but at a **price**: how many assessments would you make to find one that was warranted? `price`
# is yours to set. Any line can also be read as a workload, or as a rate of false alarms.

# %%
risk.notebook.use()
cohort = risk.simulate(risk.Scenario.named(scenario, changed), households=households, seed=seed)
card = risk.Card.shipped()
everybody = evaluation.judge_everybody(cohort, card)

# %%
line = model.line_at_price(card, price)
counts = model.count_alarms(everybody.rename({"score_card": "points"}), [line], every_days=28)
stated = reviews.stands_for_in_words(model.stands_for(card, counts, line))
risk.notebook.words(stated)

# %% [markdown]
# **Move the line.** A lower one finds more and asks for more; no line finds all, since some harm nobody
# noticed in time. Would your service have room for that many?

# %%
chart = risk.charts.trade_off(evaluation.by_line(everybody, range(5, 51), resamples=100), line)
chart.display()
risk.notebook.words(chart.description)

# %% [markdown]
# **Who is asked about for nothing?** In this world how much of a home is seen has nothing to do with what
# happens in it, so a group with more false alarms has them for being looked at. Places differ in more than
# that: struggling families live in poorer ones.

# %%
chart = risk.charts.groups(evaluation.by_group(everybody, ["card", "n_concerns"], rate), rate)
chart.display()
risk.notebook.words(chart.description)

# %% [markdown]
# **Can it be mended?** Here are remedies, learned from most of the households and tried on the others.
# *A line a true class* knows what no record does, who is much seen. *A line a third* has three lines, by
# how often things about a home are told again; *with the rate* weighs that rate beside the points; *less
# the rate* takes it off. To the left of the dashed line is fairer, to the right of the other is better.
# With so few households luck moves every dot, and no remedy is sure here: the intervals say how far to
# trust one.

# %%
mended = evaluation.remedied(*risk.split(everybody), card, rate)
found = evaluation.by_group(mended, ["card", *evaluation.REMEDIES], rate)
chart = risk.charts.remedies(found)
chart.display()
risk.notebook.words(chart.description)

# %%
# Who pays? With one line for all, those who are seen more; here is how many times more, and how sure that is.
risk.notebook.words(risk.charts.remedies(found.filter(judge="card")).description)
