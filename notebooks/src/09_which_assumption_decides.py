# %% [markdown]
# # Which assumption decides?
#
# For researchers and managers; 15 minutes. A simulated world is a list of assumptions: move one, and see.
#
# This notebook describes neglect and abuse. All children in it are invented. It is for teaching and
# research, never for decisions about real families. If it brings something up for you, in the United
# Kingdom: Childline 0800 1111; for adults worried about a child, NSPCC 0808 800 5000.

# %%
import polars as pl
import risk

scenario, households, draws = "norfolk_review", 80, 4
measure = "weeks_of_serious_neglect_before_assessment"

# %% [markdown]
# Each assumption of a scenario has a name, a value, a unit and a source. `dials` names some of them, with the
# values to try: how much police and schools pass on, whether services look at what all hold together, whether
# a parent's account reassures them. Add your own: `assumption_table()` lists them all.

# %%
risk.notebook.use()
world = risk.Scenario.named(scenario)
dials = {"noticing.shares.police": [0.0, 0.5, 1.0], "noticing.shares.school": [0.0, 0.5, 1.0]}
dials |= {"practice.adds_up": [0.0, 1.0], "practice.reassured_by_parent": [0.0, 0.9]}
print(world.assumption_table().filter(pl.col("name").str.contains("adds_up|reassured")))

# %% [markdown]
# **One dial at a time.** Every setting meets the same families with the same luck, several times over, each
# time with other luck. What differs within a draw differs because of the setting; the interval is of that.

# %%
varied = risk.vary(world, dials, measure=measure, households=households, draws=draws)
chart = risk.charts.tornado(varied)
chart.display()
risk.notebook.words(chart.description)

# %% [markdown]
# The same dials, and another question: which of them adds assessments of homes in which nothing warranted
# one? A measure may also be a function of your own, that makes one number of a cohort.

# %%
needless = risk.vary(world, dials, measure="needless_assessments", households=households, draws=draws)
chart = risk.charts.tornado(needless)
chart.display()
risk.notebook.words(chart.description)

# %% [markdown]
# **Behind the mean are children.** `pair` puts each child of one world beside itself in the other: here, as
# things are and with services that look at what all hold together. Who is assessed earlier, and who later?

# %%
cohort = risk.simulate(world, households=households, seed=1)
both = risk.pair(cohort, world.with_values({"practice.adds_up": 1.0}))
weeks = (pl.col("assessed_on_after") - pl.col("assessed_on_before")).dt.total_days() // 7
print(both.filter(weeks != 0).select("child_id", "harmed_on_before", weeks_later=weeks).sort("weeks_later"))

# %%
# Which assumption decides? The one that changes most for the same children, and is sure of it.
print(
    varied.sort(pl.col("difference").abs(), descending=True).select(
        "dial", "setting", "difference", "low", "high"
    )
)
