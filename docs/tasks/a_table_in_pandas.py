"""The events of a cohort in pandas, and beside them what each column means, its unit and an example."""

import json
from pathlib import Path

import pandas as pd

import risk

package = json.loads(Path("data/synthetic/england_2014/datapackage.json").read_text(encoding="utf-8"))
of_events = next(r for r in package["resources"] if r["name"].endswith("events"))
columns = pd.DataFrame(of_events["schema"]["fields"]).set_index("name")[["description", "unit", "example"]]
events = pd.DataFrame(risk.load_sample("england_2014").record.events.to_dict(as_series=False))
print(events.describe(include="all").T.join(columns)[["count", "description"]])
