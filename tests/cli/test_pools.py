"""Every job that goes by partition: the same words and files here, in workers, and on a Dask cluster."""

from pathlib import Path

import pytest

from command import risk

PARTS = 2
REPORTS = (
    ("describe", "COHORT", "--json"),
    ("describe", "COHORT", "--patterns", "--json"),
    ("describe", "COHORT", "--year", "2011", "--json"),
    ("verify", "COHORT", "--remake", "0.3", "--json"),
    ("replay", "COHORT", "--set", "noticing.shares.police=1.0", "--json"),
    ("review", "COHORT", "--no-ceiling", "--per-1000-child-years", "300", "--json"),
    ("evaluate", "COHORT", "--no-challengers", "--resamples", "10", "--json"),
)
FILES = (
    ("fit", "COHORT", "--out", "OUT"),
    *(("export", "COHORT", "--format", form, "--out", "OUT") for form in ("csv", "features")),
    *(
        ("export", "COHORT", "--format", form, "--year", "2011", "--out", "OUT")
        for form in ("cin-census", "cin-csv", "ssda903", "annex-a")
    ),
)


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    path = tmp_path_factory.mktemp("pools") / "cohort"
    words = ("norfolk_review", "--households=36", "--years=2", "--households-a-part=18", "--seed=6")
    made = risk("generate", *words, "--out", str(path))
    assert made.returncode == 0, made.stderr
    assert len(list((path / "record/events").iterdir())) == PARTS
    return path


@pytest.fixture(scope="module")
def here(cohort, tmp_path_factory):
    """What each job says and writes in this process."""
    return outcomes(cohort, tmp_path_factory.mktemp("here"))


def outcomes(cohort: Path, folder: Path, *where: str) -> dict[tuple[str, ...], object]:
    return {w: outcome(w, cohort, folder / str(n), *where) for n, w in enumerate((*REPORTS, *FILES))}


def outcome(words: tuple[str, ...], cohort: Path, out: Path, *where: str) -> object:
    """What a report says, or what is in the files that a job writes."""
    done = risk(*(w.replace("COHORT", str(cohort)).replace("OUT", str(out)) for w in words), *where)
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout if words in REPORTS else contents(out)


def contents(out: Path) -> dict[str, bytes]:
    files = [p for p in sorted(out.rglob("*")) if p.is_file()] if out.is_dir() else [out]
    return {str(path.relative_to(out)): path.read_bytes() for path in files}


@pytest.mark.parametrize("words", [REPORTS[0], FILES[1]], ids=["describe", "export csv"])
def test_a_job_says_and_writes_the_same_in_two_workers(cohort, here, tmp_path, words):
    """A few only: beginning the workers takes longer than what they do, and there is one way to all of them."""
    assert outcome(words, cohort, tmp_path / "0", "--workers=2") == here[words]


def test_every_job_says_and_writes_the_same_on_a_cluster_of_two_workers(cohort, here, tmp_path):
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(protocol="tcp", **options) as cluster:
        address = f"--scheduler={cluster.scheduler_address}"
        there = outcomes(cohort, tmp_path, address, "--trust-scheduler")
    assert [words for words in here if here[words] != there[words]] == []
