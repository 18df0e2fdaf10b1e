# %% [markdown]
# # What does a case of my own add up to?
#
# For trainers; 15 minutes. No programming needed: you edit a table.
#
# This notebook describes neglect and abuse. Use an invented or an anonymised case: the page you make holds
# every word of it. It is for teaching and research, never for decisions about real families. If it brings
# something up for you, in the United Kingdom: Childline 0800 1111; for adults worried about a child, NSPCC
# 0808 800 5000.

# %% [markdown]
# Your case is the table `my_case.csv`, beside this notebook. Open it in Excel, or by a click in the list on
# the left. Write your own rows and run this notebook again (*Run*, *Run All Cells*). A date may be a day, a
# month or a year; an event that is `undated` is listed and not scored. A word that is not known is answered
# with the nearest that is. `risk chronology new case.xlsx` makes an Excel sheet with lists to choose from.
# To read another file, unfold the next cell by a click on its three dots, and change its name there.

# %% jupyter={"source_hidden": true}
import risk
from risk import reviews, show

risk.notebook.use()
lesson = show.of_chronology("my_case.csv", risk.Card.shipped())
reviews.chronology_table(lesson.review)

# %% [markdown]
# ## By which day did it add up to enough?
#
# Where a date is a month or a year, nobody can name the day. The chart shows, by each day, in what share of
# the ways in which the dates can fall the line had been reached. The answer is *by this day*, *perhaps*,
# *never*, or *cannot be said*, where only what has no date could decide it.

# %% jupyter={"source_hidden": true}
note = "From a chronology of your own. For teaching, never for decisions."
risk.charts.how_sure(lesson.review, note=note).display()
risk.notebook.words(*reviews.said(lesson.review, lesson.case))

# %% [markdown]
# Each mark is a record, and below stands the score of everybody's records together. Move the slider, or
# choose under *Whose record*.

# %% jupyter={"source_hidden": true}
risk.charts.trajectory(lesson.review, note=note)

# %% [markdown]
# ## What would sharing have changed, and what was missed by rule?

# %% jupyter={"source_hidden": true}
risk.charts.counterfactual(lesson.review, note=note).display()
reviews.missed_table(lesson.review)

# %% [markdown]
# ## One page for the class
#
# The last cell answers the title, and writes `my_case.html`: one page that opens from disk on any laptop,
# with stops, votes and notes for the facilitator. It needs no network and no Python.

# %% jupyter={"source_hidden": true}
from pathlib import Path

Path("my_case.html").write_text(risk.pack(lesson), encoding="utf-8")
reviews.dated_table(lesson.review)
