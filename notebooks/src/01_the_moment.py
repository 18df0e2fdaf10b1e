# %% [markdown]
# # On which day should it have been seen?
#
# For trainers; 30 minutes with a class, 10 alone.
#
# This notebook describes neglect and abuse. The child is invented. It is for teaching and research, never
# for decisions about real families. If it brings something up for you, in the United Kingdom: Childline
# 0800 1111; for adults worried about a child, NSPCC 0808 800 5000.

# %%
import risk
from risk.reviews import dated_table, headline, missed_table, sentences

scenario, households, seed, child_id = "england_2014", 765, 1, 12224
risk.notebook.use()
cohort = risk.simulate(risk.Scenario.named(scenario), households=households, seed=seed)

# %% [markdown]
# **Ask before you look.** Reveal one day of records at a time: Tab to the slider, then the right arrow. At
# each, ask whether you would assess now, and write the day down. Then choose a single agency under *Whose
# record*: what did it know? Only then show the line.
#
# For a class without Python, `risk pack willow` makes this very case a page that opens from disk, with
# stops and votes. Another child is another `child_id` above.

# %%
found = risk.review_child(risk.Card.shipped(), cohort, child_id)
risk.charts.trajectory(found, hidden=True).display()
print(f"{found.path.events.height} records, held by {found.path.events['agency'].n_unique()} agencies.")

# %% [markdown]
# ## Why that day?
#
# A score is an exact sum over dated records: these are the ones that count on the day the line is reached.
# The line stands where one would make five assessments to find one that is warranted; notebook 05 moves
# it.

# %%
risk.charts.crossing(found).display()
print(headline(found))

# %% [markdown]
# ## Who could have seen it?
#
# Each panel adds up one file alone; the last chart, what children's services could have added up had every
# record been shared when it was written.

# %%
risk.charts.viewers(found).display()
risk.charts.counterfactual(found).display()
print("\n".join(sentences(found)[1:]))

# %% [markdown]
# ## What was missed, and when could it have been said?
#
# Found by rule, from what is written down. No record of a thing looks the same as the thing not done;
# which it was, people have to ask.

# %%
missed_table(found)

# %% [markdown]
# ## On which day should it have been seen, then?
#
# Each line has its day. *Triggered* is the answer to the title: by that day the shared record supported an
# assessment at this threshold. *Knowable* is the same for one who knew exactly how this invented world
# works.

# %%
dated_table(found)
