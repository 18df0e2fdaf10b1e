# %% [markdown]
# # On which day should it have been seen?
#
# For trainers in social work, police, schools and health; 30 minutes with a class, 10 alone.
#
# This notebook describes neglect and abuse. The child is invented. It is for teaching and research, never
# for decisions about real families. If it brings something up for you, in the United Kingdom: Childline
# 0800 1111; for adults worried about a child, NSPCC 0808 800 5000.

# %% [markdown]
# **Ask before you look.** Below is one invented child. Nothing is shown yet. Reveal one day of records at a
# time: Tab to the slider, then the right arrow. At each, ask whether you would assess now, and write the day
# down. Then choose a single agency under *Whose record*: what did it know? Only then show the line.
#
# For a class without Python, `risk pack willow` makes this very case a page that opens from disk, with
# stops and votes.

# %% jupyter={"source_hidden": true}
import risk

risk.notebook.use()
cohort = risk.simulate(risk.Scenario.named("england_2014"), households=765, seed=1)
found = risk.review_child(risk.Card.shipped(), cohort, child_id=12224)
risk.charts.trajectory(found, hidden=True)

# %% [markdown]
# ## Why that day?
#
# A score is an exact sum over dated records: these are the ones that count on the day the line is reached.
# The line stands at a price: how many assessments one would make there to find one that is warranted.
# Notebook 05 moves it.

# %% jupyter={"source_hidden": true}
from risk.reviews import dated_table, headline, missed_table, sentences

risk.charts.crossing(found).display()
risk.notebook.words(headline(found))

# %% [markdown]
# Every date of an invented child is known, so this answer is one day. Where dates are months or years, the
# answer counts the ways in which they can fall. It is *by this day*, *perhaps*, *never*, or *cannot be
# said*. Notebook 00 has such a case, and 07 takes yours.
#
# ## Who could have seen it?
#
# Each panel adds up one file alone. The last chart shows what children's services could have added up, had
# every record been shared when it was written.

# %% jupyter={"source_hidden": true}
risk.charts.viewers(found).display()
risk.charts.counterfactual(found).display()
risk.notebook.words(*sentences(found)[1:])

# %% [markdown]
# ## What was missed, and when could it have been said?
#
# Found by rule, from what is written down. No record of a thing looks the same as the thing not done;
# which it was, people have to ask.

# %% jupyter={"source_hidden": true}
missed_table(found)

# %% [markdown]
# ## On which day should it have been seen, then?
#
# Each line has its day. *Triggered* is the answer to the title: by that day the shared record supported an
# assessment. *Knowable* is the same for one who knew exactly how this invented world works. *In harm* is
# what only an invented child can tell: whether the line, and your class, were right.

# %% jupyter={"source_hidden": true}
dated_table(found)
