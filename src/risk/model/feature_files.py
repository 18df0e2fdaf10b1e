"""The feature files: what a model reads of a cohort, as Parquet, and what it is to foretell apart from it.

`features/` holds every child's landmarks with the features known by then; `truth/labels/` the answer that
only a simulation knows. Rows of both stand in one order, in files of some thousand households.
"""

from collections.abc import Callable
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import polars as pl

from risk.core.kinds import INVENTED
from risk.core.pool import HERE, Pool
from risk.core.shipped import generator
from risk.model.days_asked import landmarks
from risk.model.features import BAND_LABELS, BANDS, FEATURES, LINES, featurise
from risk.model.labelling import labels
from risk.records.cohort import StoredPart
from risk.records.datasheet import warning
from risk.records.dictionary import columns_of, file_metadata
from risk.records.draft import COHORT, whole_or_absent
from risk.records.manifest import WARNING
from risk.records.partitions import each_stored, stretches

FEATURES_FOLDER: Final = "features"
LABELS_FOLDER: Final = "truth/labels"
README: Final = "README.txt"
KEY: Final = ("child_id", "household_id", "landmark_on")
LABEL: Final = "warranted"


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
        counts = featurise(at, homes.record).select(*KEY, *FEATURES)
        _write(
            counts, whole / FEATURES_FOLDER / file, "One row a child and day: what had been recorded by then."
        )
        answers = labels(at, homes.truth).select(*KEY, LABEL)
        _write(answers, whole / LABELS_FOLDER / file, "One row a child and day: the answer, hidden truth.")
        n += at.height
    return n


@cache
def column_meanings() -> dict[str, dict[str, str]]:
    """Return what each column of both files means: description, and unit and example if it has them."""
    counts = {
        f"n_{line.name}_{band}": {
            "description": f"{line.label}: records that were {label} old on the day, as known by then",
            "unit": "records",
        }
        for line in LINES
        for band, label in zip(BANDS, BAND_LABELS, strict=True)
    }
    *key, label = columns_of("landmarks", (*KEY, LABEL)).items()
    return {**dict(key), **counts, **dict([label])}


def _write(table: pl.DataFrame, path: Path, about: str) -> None:
    said = file_metadata(about, {column: column_meanings()[column] for column in table.columns})
    parquet = BytesIO()  # what goes wrong with the disk is then told by the operating system, not by Polars
    table.write_parquet(parquet, compression="zstd", compression_level=1, metadata=said)
    path.write_bytes(parquet.getbuffer())
