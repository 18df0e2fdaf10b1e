"""The samples: the small cohorts that come with the package, record and truth, ready to be loaded."""

from risk.core.arguments import need
from risk.core.errors import InputError, shown
from risk.core.shipped import sample_cohorts
from risk.records.cohort import Cohort


def load_sample(name: str) -> Cohort:
    """Return a sample cohort, with its hidden truth, by its name: "england_2014" or "norfolk_review".

    The same tables in any install of one version; `cohort.made` says how they were made. Raises InputError
    for another name, with the names there are.

    >>> cohort = risk.load_sample("norfolk_review")
    >>> cohort.made["scenario"], cohort.made["seed"]
    ('norfolk_review', 1)
    """
    samples = sample_cohorts()
    if need("name", name, str) not in samples:
        there = ", ".join(samples) or "none: this install has no sample cohorts"
        raise InputError(f"unknown sample {shown(name)}; the samples are {there}")
    return Cohort.read(samples[name])
