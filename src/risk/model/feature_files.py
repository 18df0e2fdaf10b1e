"""The feature files: what a model reads of a cohort, as Parquet, and what it is to foretell apart from it.

`features/` holds every child's landmarks with the features known by then; `truth/labels/` the answer that
only a simulation knows. Rows of both stand in one order, in files of some thousand households.
"""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import polars as pl

from risk.core.kinds import INVENTED
from risk.core.pool import HERE, Pool
from risk.core.shipped import generator
from risk.model.days_asked import landmarks
from risk.model.features import FEATURES, featurise
from risk.model.labelling import labels
from risk.records.cohort import StoredPart
from risk.records.datasheet import warning
from risk.records.draft import COHORT, whole_or_absent
from risk.records.manifest import WARNING
from risk.records.partitions import each_stored, stretches

FEATURES_FOLDER: Final = "features"
LABELS_FOLDER: Final = "truth/labels"
README: Final = "README.txt"
KEY: Final = ("child_id", "household_id", "landmark_on")


def write_features(
    folder: Path | str,
    made: dict[str, Any],
    out: Path,
    *,
    pool: Pool = HERE,
    on_part: Callable[[int], None] | None = None,
) -> None:
    """Write the features of a cohort's folder, and its labels, into a new folder, whole or not at all.

    Raises InputError if `out` is there or cannot be written.

    made: how the whole cohort was made.
    """
    with whole_or_absent(out, {"command": "risk export"}, resumable=False) as draft:
        whole = (draft / COHORT).absolute()
        for place in (FEATURES_FOLDER, LABELS_FOLDER):
            (whole / place).mkdir(parents=True)
        rows = sum(each_stored(partial(_write_part, whole), folder, pool, on_part))
        about = (
            f"{INVENTED}\n\n{rows:,} landmarks of children, four weeks apart, each with {len(FEATURES)} "
            f"features: {FEATURES[0]} is how many records of that line were 0 to 4 weeks old, by all that "
            "had been recorded before the day. truth/labels says for the same rows, in the same order, "
            "whether an assessment was warranted then or within 12 weeks.\n"
            f"Scenario {made['scenario']}, seed {made['seed']}, {made['households']:,} households; "
            f"{generator()}.\n"
        )
        (whole / README).write_text(about, encoding="utf-8", newline="\n")
        (whole / WARNING).write_text(warning(), encoding="utf-8", newline="\n")


def _write_part(whole: Path, stored: StoredPart) -> int:
    """Write the features and the labels of a partition, a file a stretch of households; return their rows."""
    name, part, n = Path(stored.entry["record-households"].path).stem, stored.read(), 0
    for number, homes in enumerate(stretches(part)):
        at = landmarks(homes.record)
        file = f"{name}-{number:03d}.parquet"
        _write(featurise(at, homes.record).select(*KEY, *FEATURES), whole / FEATURES_FOLDER / file)
        _write(labels(at, homes.truth).select(*KEY, "warranted"), whole / LABELS_FOLDER / file)
        n += at.height
    return n


def _write(table: pl.DataFrame, path: Path) -> None:
    parquet = BytesIO()  # what goes wrong with the disk is then told by the operating system, not by Polars
    table.write_parquet(parquet, compression="zstd", compression_level=1)
    path.write_bytes(parquet.getbuffer())
