# %% [markdown]
# # How long were they above the line?
#
# For managers, trainers and researchers; 20 minutes.
#
# This notebook describes neglect and abuse. All children in it are invented. It is for teaching and
# research, never for decisions about real families. If it brings something up for you, in the United
# Kingdom: Childline 0800 1111; for adults worried about a child, NSPCC 0808 800 5000.
#
# One child's day is in notebooks 00 and 01. Here are many children, of whom every date is known, so that each
# has one day or *never*: the day **by** which the shared record first supported an assessment at this price.
# Beside it stands the day on which one was completed. A child whom nobody assessed while it was followed has
# waited so long *at least*; leaving such children out would make waits look short. One who was removed from
# home first no longer waits for an assessment there, and is counted as such. Children are grouped by what was
# so on the day of the line: a group made of what came later would look ahead.

# %%
import risk
from risk import reviews

scenario, households, seed, price = "england_2014", 2_000, 2, 5
sharing = {"noticing.shares.police": 0.5, "noticing.shares.school": 0.5}
adding_up = {"practice.adds_up": 1.0}

# %%
risk.notebook.use()
cohort = risk.simulate(risk.Scenario.named(scenario), households=households, seed=seed)
children = risk.review_cohort(risk.Card.shipped(), cohort, price=price)
waited = reviews.waits(children, cohort.record)
risk.charts.waits(waited, reviews.assessed_by(waited, "harmed"), "harmed")

# %% [markdown]
# Not every child above the line is in harm, which is what a price means; and not every wait is one that
# somebody could have made shorter. **What did services do when they were told?** A row is what they had
# before them, a column what they did next.

# %%
chart = risk.charts.what_followed(reviews.what_followed(cohort.record))
chart.display()
risk.notebook.words(chart.description)

# %% [markdown]
# **What would better sharing have changed?** `sharing`, in the first cell of code, has police and schools
# pass on more of what they write down than is assumed. The same families live through the same years with
# the same luck; whatever differs, differs because of it. It is not free: the words below the chart say how
# many assessments it adds, and how many of these are of homes where nothing warranted one.

# %%
shared = risk.replay(cohort, risk.Scenario.named(scenario, sharing))
chart = risk.charts.what_changed(shared)
chart.display()
risk.notebook.words(chart.description)

# %% [markdown]
# **And adding up?** `adding_up` changes nothing about what is passed on. Children's services look at what
# all hold together when several concerns have come within half a year. Of the assessments that this adds,
# how many are of homes where nothing warranted one? And how many more children leave home, either way?

# %%
added = risk.replay(cohort, risk.Scenario.named(scenario, adding_up))
chart = risk.charts.what_changed(added)
chart.display()
risk.notebook.words(chart.description)

# %% [markdown]
# **And had somebody assessed on that very day?** A home whose record reaches the line, and whose case is
# closed, is referred and an assessment begins; nothing else is done otherwise. How much more often care
# improves with a plan than without is an assumption that nobody has measured. So the same families live
# through it with plans that help half as much, and twice as much.

# %%
acted = reviews.by_support(risk.Card.shipped(), cohort, price=price)
as_assumed = acted.filter(acted["support"] == "as assumed")
chart = risk.charts.avoided(acted)
chart.display()
risk.notebook.words(chart.description, *reviews.acting_in_words(as_assumed))

# %%
reviews.acting_table(as_assumed, "all")

# %%
# How long were they above the line? All whose record reached it, and then those in harm on that day.
sentences = reviews.waits_in_words(waited) + reviews.waits_in_words(waited, "harmed")
risk.notebook.words(*sentences)
