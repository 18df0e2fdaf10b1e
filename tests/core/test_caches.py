"""What can be made again is made once on a machine, and again where what is kept is not whole."""

import os

import pytest

from risk.core.caches import caches, kept_text

TEXT = "drawn — and\nsaid"


@pytest.fixture
def made(tmp_path, monkeypatch):
    """How often a text was made, in a folder of its own."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "own" / "folder"))
    return []


def ask(made: list) -> str:
    def make():
        made.append(TEXT)
        return TEXT

    return kept_text("drawings/1.js", make)


def test_a_text_is_made_once_and_is_the_same_ever_after(made):
    assert [ask(made) for _ in range(3)] == [TEXT] * 3
    assert len(made) == 1
    assert [file.name for file in (caches() / "drawings").iterdir()] == ["1.js"]
    if os.name == "posix":
        assert (caches() / "drawings").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("spoil", [lambda b: b[:-1], lambda b: b"", lambda b: b[:70] + b"x" + b[71:], lambda b: b + b"x", lambda b: b"\xff" + b])  # fmt: skip
def test_what_was_cut_short_or_changed_is_made_again(made, spoil):
    ask(made)
    place = caches() / "drawings" / "1.js"
    place.write_bytes(spoil(place.read_bytes()))
    assert [ask(made), ask(made)] == [TEXT] * 2
    assert len(made) == 2


def test_where_nothing_can_be_kept_it_is_made_each_time(made):
    caches().parent.mkdir(parents=True)
    caches().write_text("a file stands where the folder would be")
    assert [ask(made), ask(made)] == [TEXT] * 2
    assert len(made) == 2


def test_what_cannot_be_put_in_its_place_leaves_nothing_beside_it(made):
    (caches() / "drawings" / "1.js").mkdir(parents=True)
    assert [ask(made), ask(made)] == [TEXT] * 2
    assert [file.name for file in (caches() / "drawings").iterdir()] == ["1.js"]


def test_another_name_is_another_text(made):
    ask(made)
    assert kept_text("drawings/2.js", lambda: "other") == "other"
    assert ask(made) == TEXT
