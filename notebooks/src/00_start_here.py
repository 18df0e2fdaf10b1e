# %% [markdown]
# # Start here: one child, four filing cabinets
#
# For everybody who works with children, and for whoever trains them; ten minutes. No statistics, no programs.
#
# This notebook describes neglect and abuse. The first case is from a published account; the second child is
# invented. It is for teaching and research, never for decisions about real families. If it brings something
# up for you, in the United Kingdom: Childline 0800 1111; for adults worried about a child, NSPCC 0808 800
# 5000.

# %% [markdown]
# Two young children lived with neglect for years. Police, a school, a refuge and Childline each held a piece.
# Each piece was judged by itself, and nobody added them up. **By which day was there enough for an
# assessment, had all of it lain on one table?** A serious case review told their story. Here it is, with a
# card that adds up what is written down.

# %% jupyter={"source_hidden": true}
import risk

card, case, note = risk.Card.shipped(), risk.read_case("norfolk_review"), risk.charts.PUBLISHED_ACCOUNT
reviewed = risk.review(risk.trajectory(card, case.record, case.child_id, texts=case.texts), case=case)
risk.notebook.use()
risk.charts.how_sure(reviewed, note=note)

# %% [markdown]
# The account gives few exact dates, so nobody can name the day. What can be said is *in what share of the
# ways in which the dates can fall* the line had been reached by each day. So there are four answers:
#
# - **By this day**: in all of the ways the line was reached, and the shares say how sure each day is.
# - **Perhaps**: in some of the ways, and not in others.
# - **Never**: in none of them, not even with all that has no date.
# - **Cannot be said**: only what has no date could decide it.
#
# A blank is never "no". Of much, the account does not say whether children's services were told: that is a
# band, from told none of it to told all of it.

# %% jupyter={"source_hidden": true}
from risk.reviews import said, sentences, who_alone

risk.notebook.words(*said(reviewed, case))

# %% [markdown]
# **Move the slider**, or Tab to it and use the arrow keys: each step is a day on which something was written
# down. A bar is the window in which a record fell. Then choose a single agency under *Whose record*.

# %% jupyter={"source_hidden": true}
risk.charts.trajectory(reviewed, note=note)

# %% [markdown]
# Now a child of an invented family, of whom every date is known: so the answer is one day. Would you assess
# now? Ask it at each step, and only then show the line.

# %% jupyter={"source_hidden": true}
cohort = risk.simulate(risk.Scenario.named("norfolk_review"), households=40, seed=1)
found = risk.review_child(card, cohort, child_id=257)
risk.charts.trajectory(found, hidden=True)

# %% [markdown]
# Each file below is added up by itself, on the same scale, next to what all of them held together.

# %% jupyter={"source_hidden": true}
risk.charts.viewers(found).display()
risk.notebook.words(*who_alone(found))

# %% jupyter={"source_hidden": true}
# By which day did they together hold enough, what followed, and was harm there? Only an invented child tells.
risk.notebook.words(*sentences(found))
