"""Damaged papers by the thousand: manifests, cards, scenarios and what drafts say, read or refused in a sentence.

python tests/fuzz_papers.py 4000      reads so many of each kind, and says what became of them
"""

import collections
import json
import re
import sys
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from risk.core.errors import MOST_LETTERS_A_LINE, UNSEEN, InputError
from risk.model.card import SHIPPED, Card
from risk.records.draft import COHORT, RUN, draft_of, whole_or_absent
from risk.records.manifest import MANIFEST
from risk.records.verification import verify
from risk.world.generation import generate
from risk.world.scenario import Scenario

MOST_SECONDS = 5
BATCH = 500
TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|[\w.+-]+|\s+|.')
ODD = [
    *("null", "true", "-1", "0", "1e999", "NaN", "-0.0", "9" * 99, "9" * 5_000, "1e-400", "0x10", "inf"),
    *('""', '"\\u0000"', '"\\ud800"', '"\\u001b[31m"', f'"{"x" * 3_000}"', '"../../x"', '"england_2014"'),
    *("[]", "{}", "[[]]", "[" * 400, "{" * 400, '{"a":' * 400, "[{}]", "a.b.c", "''", '"""', "#", "\0", "é"),
    *(
        "0001-01-01",
        "9999-12-31",
        '"9999-12-31"',
        '"2014-13-01"',
        "2014-01-01T00:00:00Z",
        "=",
        "=\n",
        ",",
        ":",
    ),
]


@st.composite
def changed(draw, good: str):
    """A good text in which some words, numbers, signs or stretches of bytes are others, more, or gone."""
    parts = TOKEN.findall(good)
    dice = draw(st.randoms(use_true_random=False))
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 5, 20]))):
        at = dice.randrange(len(parts) or 1)
        new = dice.choice([dice.choice(ODD), dice.choice(parts or [""])])
        match dice.randrange(5):
            case 0:
                del parts[at : at + dice.choice([1, 1, 3, 30])]
            case 1:
                parts[at:at] = [new]
            case 2:
                parts[at:at] = parts[at : at + dice.choice([1, 5, 50])]
            case _:
                parts[at : at + 1] = [new]
    text = "".join(parts)
    data = text[: draw(st.one_of(st.none(), st.none(), st.integers(0, len(text))))].encode()
    return draw(st.sampled_from([b""] * 9 + [b"\xff", b"\xff\xfe", b"\xef\xbb\xbf"])) + data


SCENARIO = """\
name = "mine"
extends = "england_2014"
years = 3
from_on = 2012-01-02
[practice]
police_protects = { value = 0.5, source = "A | b" }
[noticing]
shares = { change = { police = 0.3 }, source = "assumption" }
"""
RECIPE = {"households": 2, "seed": 1, "years": 1}
RUN_OF_OURS = {"command": "test", "households": 5, "made": {"seed": 1}}


def made(folder: Path) -> Path:
    """A cohort of two households."""
    generate(Scenario.named("norfolk_review"), folder / "cohort", **RECIPE)
    return folder / "cohort"


def manifest(data: bytes, folder: Path) -> None:
    (folder / MANIFEST).write_bytes(data)
    verify(folder)


def card(data: bytes, folder: Path) -> None:
    (folder / "card.json").write_bytes(data)
    again = Card.read(folder / "card.json").to_json()
    assert Card.from_json(again).to_json() == again


def scenario(data: bytes, folder: Path) -> None:
    (folder / "mine.toml").write_bytes(data)
    Scenario.named(folder / "mine.toml").model_dump_json()


def run(data: bytes, folder: Path) -> None:
    """Go on from a draft, if what it says of its run lets us; what it has made may not be thrown away else."""
    place = folder / "c"
    (draft_of(place) / COHORT).mkdir(parents=True, exist_ok=True)
    (draft_of(place) / RUN).write_bytes(data)
    with whole_or_absent(place, RUN_OF_OURS):
        pass
    place.rmdir()


READERS = {"manifest": manifest, "card": card, "scenario": scenario, "run": run}


def good(cohort: Path) -> dict[str, str]:
    """Return a good text of each kind."""
    return {
        "manifest": (cohort / MANIFEST).read_text(encoding="utf-8"),
        "card": SHIPPED.read_text(encoding="utf-8"),
        "scenario": SCENARIO,
        "run": json.dumps(RUN_OF_OURS, indent=1),
    }


def outcome(kind: str, data: bytes, folder: Path) -> str:
    """Read a paper as its command does; return what came of it. Anything but InputError is a failure."""
    began = time.process_time()
    try:
        READERS[kind](data, folder)
        came = "read"
    except InputError as mistake:
        message, came = str(mistake), "refused"
        assert len(message) > 20, message
        assert max(map(len, message.splitlines())) <= 2 * MOST_LETTERS_A_LINE, message
        assert not UNSEEN.search(message), message
    assert time.process_time() - began < MOST_SECONDS, data[:200]
    return came


def examples(kind: str, text: str, n: int, batch: int, folder: Path) -> collections.Counter:
    """Read so many changed papers of one kind; return what came of them."""
    came: collections.Counter = collections.Counter()

    @seed(batch)
    @settings(max_examples=n, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(changed(text))
    def survive(data: bytes) -> None:
        came[outcome(kind, data, folder)] += 1

    survive()
    return came


def main() -> None:
    """Read so many papers of each kind, and print what came of them."""
    n = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as place:
        cohort = made(Path(place))
        for kind, text in good(cohort).items():
            came, began = collections.Counter(), time.process_time()
            folder = cohort if kind == "manifest" else Path(place)
            for batch in range(-(-n // BATCH)):  # so that what Hypothesis remembers does not add up
                came += examples(kind, text, min(n, BATCH), batch, folder)
            seconds = time.process_time() - began
            print(f"{kind}: {came.total():,} in {seconds:.0f} CPU seconds: {dict(came)}", flush=True)


if __name__ == "__main__":
    main()
