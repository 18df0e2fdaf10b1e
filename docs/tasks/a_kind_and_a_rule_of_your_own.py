"""A kind and a rule of your own, on records of invented children: the card reads the nearest that it has."""

from datetime import date

import polars as pl

import risk

days = {"a": [date(2023, 3, 1), date(2023, 3, 31)], "b": [date(2023, 3, 1), date(2023, 4, 1)]}
table = pl.DataFrame({"child": list(days), "date": list(days.values())}).explode("date")
table = table.with_columns(agency=pl.lit("health_visitor"), kind=pl.lit("unsafe sleeping"))
record = risk.read_events(table, codes={"kind": {"unsafe sleeping": "supervision"}})
own = pl.DataFrame({"event_id": range(len(table)), "own_kind": table["kind"]})
events = record.events_by_child().join(own, on="event_id").sort("child_id", "recorded_on")
since = pl.col("recorded_on").diff().over("child_id", "own_kind").dt.total_days()
again = events.with_columns(days_since=since).filter(pl.col("days_since") <= 30, own_kind="unsafe sleeping")
named = again.join(record.named, on="child_id")
found = named.select("child", "own_kind", "days_since", on=pl.col("recorded_on").dt.offset_by("1d"))
print(record, found)
