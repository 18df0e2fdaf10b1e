"""The dictionary: what each column of a cohort means, in a line that every export carries with it.

The words stand in `dictionary.csv`: those of `schema`, said for somebody who opens a file and has not read
the code.
"""

from functools import cache

from risk.core.data_files import read_words
from risk.records.schema import RECORD, TRUTH


@cache
def meanings() -> dict[str, dict[str, str]]:
    """Return what each column means, by table and column, in the order of `schema`.

    Raises InputError where the file lacks a column of a cohort, or has one that no cohort has.

    >>> meanings()["events"]["occurred_on"]
    'the day on which it happened'
    """
    columns = {name: schema.column_names() for name, schema in {**RECORD, **TRUTH}.items()}
    return read_words("risk.export", "dictionary.csv", ("table", "column", "meaning"), columns)
