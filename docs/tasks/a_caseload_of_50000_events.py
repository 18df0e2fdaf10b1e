"""A caseload from elsewhere: 50,000 events of 2,000 invented children, with codes of its own."""

from datetime import date, timedelta

import polars as pl

import risk

n = 50_000
who = {"person": [f"c{i % 2_000}" for i in range(n)], "agency": ["school", "police"] * (n // 2)}
when = {
    "date": [date(2020, 1, 1) + timedelta(days=i % 1_000) for i in range(n)],
    "code": ["N1", "D1"] * (n // 2),
}
codes = {"kind": {"N1": "hunger", "D1": "domestic_abuse"}}
record = risk.read_events(pl.DataFrame(who | when), columns={"child": "person", "kind": "code"}, codes=codes)
print(record, risk.featurise(risk.landmarks(record, every_weeks=26), record).shape)
