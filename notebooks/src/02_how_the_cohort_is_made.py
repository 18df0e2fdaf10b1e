# %% [markdown]
# # How is the cohort made, and where is it wrong?
#
# For data people and researchers; 15 minutes. You will change two assumptions and see what notices.
#
# This notebook describes neglect and abuse. All children in it are invented. It is for teaching and
# research, never for decisions about real families. If it brings something up for you, in the United
# Kingdom: Childline 0800 1111; for adults worried about a child, NSPCC 0808 800 5000.

# %%
import risk
from risk import national, world

scenario, households, seed = "england_2014", 4_000, 2
more_harm = {"harm.care_worsens_per_year": [[0.225, 0.18, 0.225], [0.825, 0.60, 0.375]]}
less_noticed = {"noticing.visibility_multipliers": [0.47, 0.90, 1.42]}

# %% [markdown]
# A *scenario* is a list of assumptions, each with a value, a unit and a source; nothing else decides what
# happens. Any of them can be changed by name, as in the last two lines above, or on the command line with
# `--set noticing.visibility_multipliers=[0.47,0.9,1.42]`. These are the assumptions about harm:

# %%
risk.notebook.use()
assumed = risk.Scenario.named(scenario)
risk.notebook.words(world.assumptions_in_words(assumed), *world.listed(assumed, "harm"))

# %% [markdown]
# Families; a hidden state of each home that moves from week to week; people who notice some of it, write some
# of that down and pass some of that on; and services that answer. Every draw has an address (seed, decision,
# household, week), so the same seed makes the same children on any machine, and a changed assumption moves
# only what follows from it. **Do the records agree with published figures?**

# %%
cohort = risk.simulate(assumed, households=households, seed=seed)
compared = national.calibration([cohort], scenario)
chart = risk.charts.calibration(compared)
chart.display()
risk.notebook.words(chart.description)

# %% [markdown]
# Many of them make a shape: **who, how deprived, for how long?**

# %%
risk.charts.shapes(compared)

# %% [markdown]
# Of most, nobody can tell in a cohort this small: a bar is twice the error that luck alone makes, and only
# one that lies wholly within the band, or beyond it, tells; of so many figures luck puts a few beyond it. Ask
# for more `households` and the bars shrink.
#
# Now **another world**, with the changes of the first cell: care gets worse more often, and less of what
# happens in a home is noticed. If published figures told how much neglect there is, this world's would lie
# farther off. **Move the slider**: how close must a figure be for you, and can you then tell the two worlds
# apart?

# %%
changed = risk.Scenario.named(scenario, more_harm | less_noticed)
other = risk.simulate(changed, households=households, seed=seed)
worlds = {"As assumed": compared, "Changed": national.calibration([other], scenario)}
risk.charts.how_close(worlds)

# %% [markdown]
# **Where is it wrong?** Published figures count what services wrote down. More harm that fewer people
# notice is written down much the same. Take `less_noticed` away in the first cell and run it again: do the
# two lines part? Make care worse more often still: where is the limit? How common harm is, and how often
# nobody saw it, are assumptions that published figures hold within bounds. Whatever rests on them is true
# of this invented England, and a question to the real one.

# %%
# Two worlds: what was written down, which published figures can check, and what was so, which none can.
as_assumed, otherwise = world.described([cohort])[0], world.described([other])[0]
risk.notebook.words(f"As assumed: {world.in_words(as_assumed)}", f"Changed: {world.in_words(otherwise)}")
