# %% [markdown]
# # Start here: one child, four filing cabinets
#
# For everybody; five minutes. No statistics needed.
#
# This notebook describes neglect and abuse. The first child is invented; the second case is from a
# published account. It is for teaching and research, never for decisions about real families. If it brings
# something up for you, in the United Kingdom: Childline 0800 1111; for adults worried about a child, NSPCC
# 0808 800 5000.

# %% [markdown]
# `risk.notebook.use()` makes the charts draw on a machine without a network, in a notebook that nobody has
# run or trusted yet. Altair's own renderers do not. `html`, the default, loads its scripts from a public
# server. `mimetype` names a version of Vega-Lite that JupyterLab 4 does not know. `jupyter` stays blank until
# the notebook is trusted and run. So each chart is compiled to Vega, which JupyterLab draws by itself.

# %%
import risk
from risk.show.charts import PUBLISHED_ACCOUNT
from risk.reviews.report import headline, said, sentences, who_alone

scenario, households, seed, child_id = "norfolk_review", 40, 1, 257
risk.notebook.use()

# %% [markdown]
# Forty invented families, with the patterns of a real serious case review turned up; and the scorecard that
# ships with the package, learned from other invented families.

# %%
cohort = risk.simulate(risk.Scenario.named(scenario), households=households, seed=seed)
card = risk.Card.shipped()
found = risk.review(risk.trajectory(card, cohort.record, child_id), cohort.truth)

# %% [markdown]
# This is one of their children, picked because no agency alone ever had enough. **Move the slider**, or Tab
# to it and use the arrow keys. Ask at each record whether you would assess now. It helps to hide the line
# first.

# %%
risk.charts.trajectory(found).display()
print(headline(found))

# %% [markdown]
# Police, school, GP, Childline and members of the public each told a piece. Each file below is added up on
# its own, on the same scale, next to what all of them held together.

# %%
risk.charts.viewers(found).display()
print("\n".join(who_alone(found)))

# %% [markdown]
# The review's own case had four filing cabinets too: police, school, a refuge and Childline. Its public
# account gives few exact dates, and what school and refuge heard has none. So nobody can name the day. But of
# all the ways in which the dates can fall one can say how many had crossed the line by each day.
# What has no date is listed, and counts only in the *what if*. Nor does the account say of everything whether
# children's services were told: that is a band too, and a blank is never "not told".

# %%
case = risk.read_case("norfolk_review")
reviewed = risk.review(risk.trajectory(card, case.record, case.child_id, texts=case.texts), case=case)
risk.charts.how_sure(reviewed, note=PUBLISHED_ACCOUNT).display()
risk.charts.trajectory(reviewed, note=PUBLISHED_ACCOUNT).display()
print("\n".join(said(reviewed, case)))

# %%
# Four filing cabinets, one child: by which day did they together support an assessment, and when did it come?
print("\n".join(sentences(found)))
