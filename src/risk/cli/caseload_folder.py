"""The caseload's folder: a record from elsewhere and its review, as files that others can read.

`record/` holds the tables that a cohort's `record/` holds, as Parquet; `events.csv` is the table as it was
understood, which `risk caseload` reads back; `children.csv` and `review.json` are what came of it.
"""

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import polars as pl

from risk.chronologies.elsewhere import Caseload
from risk.chronologies.events_written import events_of
from risk.core.kinds import FITTED_IN_AN_INVENTED_WORLD, INVENTED, NOT_FOR_REAL_CASELOADS
from risk.export.csv_cells import as_csv
from risk.records.draft import COHORT, whole_or_absent
from risk.records.schema import RECORD

READ_ME: Final = f"""\
{INVENTED}

{FITTED_IN_AN_INVENTED_WORLD}
{NOT_FOR_REAL_CASELOADS}

record/       the tables of the record, as Parquet; columns as in docs/formats/tables.md
events.csv    the table of events as it was understood; `risk caseload events.csv` reads it back
children.csv  one row a child, in the order of the table that it came from; no row stands above another
review.json   counts, groups, and how the table was read
"""


def write_folder(folder: Path, record: Caseload, children: pl.DataFrame, about: Mapping[str, Any]) -> None:
    """Write a caseload and its review into a new folder, whole or not at all.

    children: from `reviews.review_record`. about: what the review says of all of them. Raises InputError if
    the folder is there or cannot be written.
    """
    rows = children.with_columns(pl.col("missed_opportunities").list.len()).drop("triggered_by_viewer")
    texts = {
        "events.csv": as_csv(events_of(record)),
        "children.csv": as_csv(rows),
        "review.json": json.dumps(about, indent=1, default=str).encode(),
        "READ_ME.txt": READ_ME.encode(),
    }
    with whole_or_absent(folder, {"command": "risk caseload"}, resumable=False) as draft:
        (draft / COHORT / "record").mkdir()
        for name in RECORD:
            parquet = BytesIO()
            getattr(record, name).write_parquet(parquet)
            texts[f"record/{name}.parquet"] = parquet.getvalue()
        for path, content in texts.items():
            (draft / COHORT / path).write_bytes(content)
