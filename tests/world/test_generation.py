"""A cohort's way onto the disk: the same content by any road, whole or absent whatever stops it."""

import errno
import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from command import risk
from conftest import simulated
from risk.core.errors import InputError
from risk.core.pool import Pool
from risk.records import draft as drafts
from risk.records.cohort import Cohort
from risk.records.draft import COHORT, PARTS, draft_of, unfinished
from risk.records.manifest import DATASHEET, MANIFEST, WARNING
from risk.records.verification import verify
from risk.world.generation import generate, make_part, part_size, partitions
from risk.world.scenario import Scenario

NORFOLK = Scenario.named("norfolk_review")
SMALL = {"households": 12, "seed": 1, "years": 1, "households_a_part": 5}
N_PARTS = 3


@pytest.fixture(scope="module")
def content():
    return simulated("norfolk_review", 12, years=1).content_hashes()


def contents(folder: Path) -> dict[str, str]:
    return dict(verify(folder).select("table", "content_hash").iter_rows())


def n_files(folder: Path) -> int:
    return len(list((folder / "record/events").iterdir()))


@pytest.mark.parametrize(("size", "workers", "n"), [(1, 1, 12), (5, 1, 3), (5, 2, 3), (12, 1, 1), (50, 2, 1)])
def test_the_content_is_the_same_for_any_partitions_and_workers(tmp_path, content, size, workers, n):
    generate(NORFOLK, tmp_path / "c", **SMALL | {"households_a_part": size, "pool": Pool(workers)})
    assert n_files(tmp_path / "c") == n
    assert contents(tmp_path / "c") == content
    assert [p.name for p in tmp_path.iterdir()] == ["c"]


def test_the_content_is_the_same_from_a_cluster(tmp_path, content, monkeypatch):
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    options = {"n_workers": 1, "threads_per_worker": 2, "processes": False, "dashboard_address": None}
    with distributed.LocalCluster(protocol="tcp", **options) as cluster:
        monkeypatch.chdir(tmp_path)
        words = ("norfolk_review", "--households=12", "--years=1", "--households-a-part=5", "--out=c")
        address = f"--scheduler={cluster.scheduler_address}"
        refused = risk("generate", *words, address)
        assert "can run code here" in refused.stderr
        assert list(tmp_path.iterdir()) == []
        done = risk("generate", *words, address, "--trust-scheduler")
    assert done.returncode == 0, done.stderr
    assert n_files(tmp_path / "c") == N_PARTS
    assert contents(tmp_path / "c") == content


def test_a_cluster_is_asked_for_by_its_address_and_needs_its_extra(tmp_path, monkeypatch):
    words = ("generate", "norfolk_review", "--households=5", "--out", str(tmp_path / "c"))
    if importlib.util.find_spec("distributed"):
        refused = risk(*words, "--scheduler=nowhere", "--trust-scheduler")
        assert "--scheduler nowhere: no Dask scheduler answers there" in refused.stderr

    def absent(name: str) -> None:
        raise ModuleNotFoundError(name="distributed")

    monkeypatch.setattr("risk.core.extras.import_module", absent)
    refused = risk(*words, "--scheduler=tls://127.0.0.1:8786")
    assert refused.returncode == 2
    assert "pip install 'risk-trajectory[cluster]'" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_nothing_but_a_cluster_imports_distributed():
    source = Path(drafts.__file__).parents[1]
    users = [
        p.name
        for p in source.rglob("*.py")
        if re.search(r"import.* cluster|(from|import) (distributed|dask)", p.read_text())
    ]
    assert users == ["cluster.py"]


def test_the_same_recipe_gives_the_same_papers_byte_for_byte(tmp_path):
    for name in ("a", "b"):
        generate(NORFOLK, tmp_path / name, **SMALL)
    for paper in (MANIFEST, DATASHEET, WARNING):
        assert (tmp_path / "a" / paper).read_bytes() == (tmp_path / "b" / paper).read_bytes()


@pytest.mark.parametrize(
    ("households", "workers", "size"),
    [(100, 1, 2_000), (8_000, 1, 2_000), (80_000, 2, 10_000), (80_001, 2, 10_001), (6_000_000, 2, 50_000)],
)
def test_a_worker_gets_several_partitions_of_a_size_it_can_hold(households, workers, size):
    assert part_size(households, workers) == size


def test_partitions_follow_each_other_without_a_gap():
    assert partitions(12, 5) == [(0, 0, 5), (1, 5, 5), (2, 10, 2)]


class Stop:
    """Makes the n-th time that something is put onto the disk fail."""

    def __init__(self, at: int, error: BaseException) -> None:
        self.left, self.error = at, error

    def __call__(self, handle: int) -> None:
        self.left -= 1
        if self.left == 0:
            raise self.error


@pytest.fixture
def stopped(monkeypatch):
    """A function that generates into a folder until the disk is used for the n-th time, or to the end."""

    def generate_until(folder: Path, at: int, error: BaseException) -> bool:
        stop = Stop(at, error)
        with monkeypatch.context() as patch:
            patch.setattr(drafts.os, "fsync", stop)
            try:
                generate(NORFOLK, folder, **SMALL)
            except (KeyboardInterrupt, InputError):
                return True
        return False

    return generate_until


@pytest.mark.exhaustive  # at each place in turn, since the one that loses a folder is the one not tried
def test_wherever_it_is_interrupted_the_folder_is_absent_or_whole_and_the_same_call_ends_it(
    tmp_path, content, stopped
):
    at, seen = 1, set()
    while stopped(folder := tmp_path / str(at), at, KeyboardInterrupt()):
        kept = len(list((draft_of(folder) / PARTS).glob("*.json")))
        seen.add((folder.exists(), kept))
        if not folder.exists():
            generate(NORFOLK, folder, **SMALL)
        assert contents(folder) == content
        at += 1 if at > 55 else 3
    assert {(False, kept) for kept in range(N_PARTS + 1)} | {(True, N_PARTS)} == seen
    assert at > 50


def test_what_is_whole_in_a_draft_is_not_made_again(tmp_path, monkeypatch, content, stopped):
    assert stopped(tmp_path / "c", 34, KeyboardInterrupt())
    assert not (tmp_path / "c").exists()
    module, made = sys.modules["risk.world.generation"], []
    simulate_block = module.simulate_block
    monkeypatch.setattr(module, "simulate_block", lambda *a: (made.append(a[2]), simulate_block(*a))[1])
    generate(NORFOLK, tmp_path / "c", **SMALL)
    assert made == [10]
    assert contents(tmp_path / "c") == content


@pytest.mark.parametrize("spoil", [lambda d: d[:-1], lambda d: bytes([d[0] ^ 1]) + d[1:], lambda d: b""])
@pytest.mark.parametrize("file", [f"{COHORT}/truth/spells/part-00000.parquet", f"{PARTS}/part-00000.json"])
def test_a_partition_that_was_damaged_in_the_draft_is_made_again(tmp_path, content, stopped, spoil, file):
    assert stopped(tmp_path / "c", 34, KeyboardInterrupt())
    path = draft_of(tmp_path / "c") / file
    path.write_bytes(spoil(path.read_bytes()))
    generate(NORFOLK, tmp_path / "c", **SMALL)
    assert contents(tmp_path / "c") == content


def test_a_draft_of_another_recipe_is_refused_by_what_differs_until_it_is_thrown_away(tmp_path, stopped):
    folder = tmp_path / "c"
    assert stopped(folder, 34, KeyboardInterrupt())
    before = sorted(tmp_path.rglob("*"))
    for other, words in (
        ({"seed": 2}, "seed 1, this one has 2"),
        ({"households": 13}, "households 12, this one has 13"),
        ({"years": 2}, r"weeks 52, this one has \d+"),
        ({"households_a_part": 6}, "households_a_part 5, this one has 6"),
    ):
        with pytest.raises(InputError, match=rf"{words}; finish .* with --restart"):
            generate(NORFOLK, folder, **SMALL | other)
        with pytest.raises(InputError, match="holds an unfinished run with command risk generate"):
            simulated("norfolk_review", 5, years=1).write(folder)
    assert sorted(tmp_path.rglob("*")) == before
    generate(NORFOLK, folder, **SMALL | {"seed": 2}, restart=True)
    assert contents(folder) == simulated("norfolk_review", 12, seed=2, years=1).content_hashes()
    assert [p.name for p in tmp_path.iterdir()] == ["c"]


def test_what_a_finished_run_may_leave_behind_is_no_hindrance(tmp_path, content):
    """Stopped after the folder had its name, and before the draft was gone."""
    draft_of(tmp_path / "c").mkdir()
    (draft_of(tmp_path / "c") / "run.json").write_text('{"seed": 2}')
    generate(NORFOLK, tmp_path / "c", **SMALL)
    assert contents(tmp_path / "c") == content
    assert [p.name for p in tmp_path.iterdir()] == ["c"]


def test_a_run_that_is_taken_up_keeps_its_partitions_whatever_the_workers(
    tmp_path, content, stopped, monkeypatch
):
    assert stopped(tmp_path / "c", 34, KeyboardInterrupt())
    assert unfinished(tmp_path / "c")["households_a_part"] == 5
    monkeypatch.setattr(Pool, "each", lambda _, work, parts: map(work, parts))
    generate(NORFOLK, tmp_path / "c", households=12, seed=1, years=1, pool=Pool(2))
    assert n_files(tmp_path / "c") == N_PARTS
    assert contents(tmp_path / "c") == content


@pytest.mark.parametrize("restart", [False, True])
def test_a_folder_in_the_drafts_place_that_is_not_ours_is_left_alone(tmp_path, restart):
    folder = tmp_path / "c"
    (draft_of(folder) / "photographs").mkdir(parents=True)
    (draft_of(folder) / "photographs/one").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError, match="is not of our making: it holds no run"):
        generate(NORFOLK, folder, **SMALL, restart=restart)
    with pytest.raises(InputError, match="is not of our making"):
        simulated("norfolk_review", 5, years=1).write(folder)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("at", [2, 20, 43, 55])
def test_a_full_disk_is_one_clear_message_and_no_folder_and_can_be_taken_up(tmp_path, content, at):
    full = Stop(at, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    words = ("norfolk_review", "--households=12", "--years=1", "--households-a-part=5")
    out = tmp_path / "c"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drafts.os, "fsync", full)
        done = risk("generate", *words, "--out", str(out))
    assert done.returncode == 2
    assert f"{out}: cannot be written: No space left on device" in " ".join(done.stderr.split())
    assert ("the same command goes on from there" in " ".join(done.stderr.split())) == (
        at > 2
    )  # if anything is
    assert not out.exists()
    assert risk("generate", *words, "--out", str(out)).returncode == 0
    assert contents(out) == content


def test_a_cohort_that_cannot_be_written_at_once_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(drafts.os, "fsync", Stop(5, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))))
    with pytest.raises(InputError, match="cannot be written: No space left on device"):
        simulated("norfolk_review", 5, years=1).write(tmp_path / "c")
    assert list(tmp_path.iterdir()) == []


def test_two_runs_do_not_write_into_one_folder(tmp_path, content):
    messages = []

    def meanwhile(_: int) -> None:
        with pytest.raises(InputError) as found:
            generate(NORFOLK, tmp_path / "c", **SMALL)
        messages.append(str(found.value))

    generate(NORFOLK, tmp_path / "c", **SMALL, on_part=meanwhile)
    assert len(messages) == N_PARTS
    assert all("another run is writing it" in message for message in messages)
    assert contents(tmp_path / "c") == content


def test_a_lock_that_nobody_holds_any_more_is_no_hindrance(tmp_path, content):
    code = "import os, sys; from filelock import FileLock; FileLock(sys.argv[1]).acquire(); os.kill(os.getpid(), 9)"
    lock = tmp_path / ".c.lock"
    subprocess.run([sys.executable, "-c", code, str(lock)])
    assert lock.exists()
    generate(NORFOLK, tmp_path / "c", **SMALL)
    assert contents(tmp_path / "c") == content
    with FileLock(lock, timeout=0):
        assert lock.exists()


def test_a_user_who_stops_a_run_is_told_that_the_same_command_goes_on(tmp_path, content, monkeypatch):
    words = ("norfolk_review", "--households=12", "--years=1", "--households-a-part=5")
    with monkeypatch.context() as patch:
        patch.setattr(drafts.os, "fsync", Stop(34, KeyboardInterrupt()))
        done = risk("generate", *words, "--out", str(tmp_path / "c"))
    assert done.returncode == 130
    assert "stopped; the same command goes on" in " ".join(done.stderr.split())
    assert risk("generate", *words, "--out", str(tmp_path / "c")).returncode == 0
    assert contents(tmp_path / "c") == content


def test_a_run_that_stops_before_it_made_anything_leaves_nothing(tmp_path, stopped):
    assert stopped(tmp_path / "c", 9, KeyboardInterrupt())
    assert list(tmp_path.iterdir()) == []


def test_what_a_cluster_made_out_of_sight_is_not_sealed(tmp_path, monkeypatch):
    """As if the workers' folder were another one than ours."""

    def elsewhere(_, work, parts):
        for done in map(work, parts):
            next((draft_of(tmp_path / "c") / COHORT).rglob("*.parquet")).unlink()
            yield done

    monkeypatch.setattr(Pool, "each", elsewhere)
    with pytest.raises(InputError, match="was made, and is not to be seen here"):
        generate(NORFOLK, tmp_path / "c", **SMALL)
    assert not (tmp_path / "c").exists()


def test_a_worker_with_another_version_of_the_package_makes_nothing(tmp_path):
    with pytest.raises(InputError, match=r"a worker has risk-trajectory \S+, and the run is made by risk 0"):
        make_part("risk 0", NORFOLK, 1, 52, tmp_path, partitions(12, 5)[0])
    assert list(tmp_path.iterdir()) == []


def test_cohort_read_gives_what_was_generated(tmp_path, content):
    generate(NORFOLK, tmp_path / "c", **SMALL)
    assert Cohort.read(tmp_path / "c").content_hashes() == content
