# %% [markdown]
# # From records to features: what could have been known by then?
#
# For researchers; 15 minutes. You will build a leak on purpose, and see what catches it.
#
# This notebook describes neglect and abuse. All children in it are invented. It is for teaching and
# research, never for decisions about real families. If it brings something up for you, in the United
# Kingdom: Childline 0800 1111; for adults worried about a child, NSPCC 0808 800 5000.

# %%
import polars as pl
import risk
from risk import evaluation

scenario, households, seed, peek_weeks = "england_2014", 2_000, 1, 26
risk.notebook.use()

# %% [markdown]
# Every event has three dates: when it happened, when its agency wrote it down, and when children's services
# could know of it. A *landmark* is a day on which we ask about a child; it sees what was recorded
# **before** it. Here are the records of one child. **Move the slider** through its weeks: which of them could
# anybody have added up on that day, and which could children's services?

# %%
cohort = risk.simulate(risk.Scenario.named(scenario), households=households, seed=seed)
child_id = cohort.record.events.filter(kind="hunger")["child_id"][0]
chart = risk.charts.known_by(cohort.record, child_id)
chart.display()
risk.notebook.words(chart.description)

# %% [markdown]
# What is written down on the day itself is not seen yet: a window is half open, and no record can predict
# itself. The law behind it: **delete the future, and nothing changes.** Below, everything recorded on or
# after a day in the middle is taken away, and the features
# of every earlier landmark are counted again.

# %%
rows = risk.featurise(risk.landmarks(cohort.record), cohort.record)
cut_on = rows["landmark_on"].unique().sort()[30]
before = rows.filter(pl.col("landmark_on") <= cut_on).select("child_id", "landmark_on")
same = risk.featurise(before, cohort.record.before(cut_on)).equals(risk.featurise(before, cohort.record))
risk.notebook.words(f"{before.height:,} rows until {cut_on}: the same without the future? {same}.")

# %% [markdown]
# Now break it. A *leak* is easily made: a join that forgets to ask when; an outcome written back into the
# record; a date set right later. Ours reads `peek_weeks` into the future. Both cards learn from the same
# households and are judged on the same others.

# %%
at = rows.select("child_id", "household_id", "landmark_on")
ahead = risk.featurise(at.with_columns(pl.col("landmark_on").dt.offset_by(f"{peek_weeks}w")), cohort.record)
peeking = risk.labels(ahead.with_columns(landmark_on=at["landmark_on"]), cohort.truth)
learned, judged = risk.split(peeking)
peeks = risk.CumulativeScorecard().fit(learned).card_.score_table(judged)

# %% [markdown]
# The leak makes the card look better, and better is what one hopes for: nothing in its accuracy says that
# it cheats. Here something can. *The ceiling* is the exact filter of the simulated world: the most that
# anybody could know from the record as it then was. Beside it, a card that knows more than can be known
# stands out.

# %%
leak = peeks.select("child_id", "landmark_on", p="p_warranted", score="points")
found = risk.evaluate(cohort, models={"looks ahead": leak})
chart = risk.charts.shares_of_ceiling(found, ("card", "looks ahead"))
chart.display()
risk.notebook.words(chart.description)

# %% [markdown]
# Set `peek_weeks` lower and run it again. Below some number the leak still flatters the card, and the ceiling
# no longer catches it, because a card has room below. The ceiling catches what is too good to be true, the
# law above catches what should not be there at all; with real records, which have no ceiling, there is only
# the law.

# %%
# What could have been known by then? What had been recorded; whatever knows more has looked ahead.
faults = evaluation.said_of_faults(found, ceiling_is_exact=True)
risk.notebook.words(*faults or ["Nothing is above the ceiling."])
