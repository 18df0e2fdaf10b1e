"""Change one assumption, and draw how the day on which the card's line is crossed moves, child by child."""

import altair as alt
import polars as pl

import risk

card, scenario = risk.Card.shipped(), risk.Scenario.named("norfolk_review")
cohort = risk.simulate(scenario, households=40, seed=1)
looks = scenario.with_values({"noticing.records.school": 1.0})
both = risk.pair(cohort, looks, of=lambda world: risk.review_cohort(card, world))
moved = (pl.col("triggered_on_after") - pl.col("triggered_on_before")).dt.total_days()
days = both.select("child_id", days_later=moved).drop_nulls()
alt.Chart(days).mark_bar().encode(alt.X("days_later:Q").bin(maxbins=20), y="count()").save("the_day.html")
