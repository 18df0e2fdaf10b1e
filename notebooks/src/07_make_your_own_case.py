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
# Open `my_case.csv`, beside this notebook, in Excel or by a click in the list on the left; write your own
# rows and run this notebook again. A date may be a day, a month or a year; an event that is `undated` is
# listed and not scored. A word that is not known is answered with the nearest that is. `risk chronology new
# case.xlsx` makes an Excel sheet with lists to choose from, which is read here as well.

# %%
import risk
from risk.reviews import chronology_table, dated_table, missed_table, said
from risk.show import of_chronology

file, price = "my_case.csv", 5
risk.notebook.use()

# %%
card = risk.Card.shipped()
lesson = of_chronology(file, card, price=price)
chronology_table(lesson.review)

# %% [markdown]
# ## What did it add up to, day by day?
#
# Each mark is a record; below, the score of everybody's records together, and the line. Where a date is a
# month or a year, the second chart says how sure the day is. It shows by when half of the ways in which the
# dates can fall held enough for an assessment, by when nine in ten, and by when all. Another `price` in the
# cell above is another line.

# %%
note = "From a chronology of your own. For teaching, never for decisions."
risk.charts.trajectory(lesson.review, note=note).display()
risk.charts.how_sure(lesson.review, note=note).display()
print("\n".join(said(lesson.review, lesson.case)))

# %% [markdown]
# ## What would sharing have changed, and what was missed by rule?

# %%
risk.charts.counterfactual(lesson.review, note=note).display()
missed_table(lesson.review)

# %% [markdown]
# ## One page for the class
#
# The last cell answers the title, and writes `my_case.html`: one page that opens from disk on any laptop,
# with stops, votes and notes for the facilitator. It needs no network and no Python.

# %%
from pathlib import Path

Path("my_case.html").write_text(risk.pack(lesson), encoding="utf-8")
dated_table(lesson.review)
