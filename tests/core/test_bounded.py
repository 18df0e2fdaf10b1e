"""Files that a person gives us: read when they are files of a sensible size, refused at once by what they are."""

import json
import os
import sys

import pytest

from command import risk
from risk.chronologies.case import read_case
from risk.core.bounded import LONGEST_WORD, MOST_BYTES, check_depth, read_bytes, read_text, text_of, toml_of
from risk.core.errors import InputError
from risk.model.card import SHIPPED, Card
from risk.records.manifest import read_manifest
from risk.world.overrides import settings
from risk.world.scenario import Scenario

READERS = {
    "chronology.csv": read_case,
    "card.json": Card.read,
    "scenario.toml": Scenario.named,
    "datapackage.json": lambda path: read_manifest(path.parent),
}
"""What reads each kind of file that a person brings."""

every_reader = pytest.mark.parametrize("name", READERS)
pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")


def refused(name, folder) -> str:
    reads, path = READERS[name], folder / name
    with pytest.raises(InputError) as found:
        reads(str(path) if reads is read_case else path)
    return str(found.value)


@pipes
@every_reader
def test_a_pipe_is_not_waited_for(name, tmp_path):
    os.mkfifo(tmp_path / name)
    assert "pipe or a device" in refused(name, tmp_path) or name == "datapackage.json"


@pytest.mark.skipif(sys.platform != "linux", reason="where there are such devices")
@every_reader
def test_a_device_without_an_end_is_not_read(name, tmp_path):
    (tmp_path / name).symlink_to("/dev/zero")
    assert "pipe or a device" in refused(name, tmp_path) or name == "datapackage.json"


@every_reader
def test_a_folder_is_no_file(name, tmp_path):
    (tmp_path / name).mkdir()
    assert "is a folder, not a file" in refused(name, tmp_path) or name == "datapackage.json"


@every_reader
@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "a." * 50_000 + "b = 1",
        '"a".' * 50_000 + "b = 1",
        "a = " + "[" * 50_000 + "]" * 50_000,
        "a = " + "{b = " * 5_000,
        "a = " + "9" * 5_000,
        "a = 0x" + "f" * 50_000,
        '{"schema": ' + "9" * 5_000 + "}",
        "a = 1979-99-99",
        "\0" * 1_000,
        "x" * 2_000_000,
        '["' + '\\"' * 100_000,
        "",
    ],
    ids=lambda content: content[:8],
)
def test_what_is_deep_long_or_large_is_one_short_message(name, content, tmp_path):
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert len(refused(name, tmp_path)) <= 600


def test_a_file_is_read_to_its_bound_and_not_beyond(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 10)
    assert read_bytes(tmp_path / "a", 10) == b"x" * 10
    with pytest.raises(InputError, match="over 9 bytes; it may be less"):
        read_bytes(tmp_path / "a", 9, "it may be less")
    (tmp_path / "a").write_bytes(b"x" * (1 << 20) + b"y")
    with pytest.raises(InputError, match="over 1 MB"):
        read_bytes(tmp_path / "a", 1 << 20)


@pytest.mark.parametrize("name", ["absent", "a\0b", "n" * 300, "file/below"])
def test_a_name_that_leads_to_no_file_is_one_message(name, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"no such file|cannot be read"):
        read_bytes(tmp_path / name)


def test_a_file_that_may_not_be_read_says_what_may_hold_it(tmp_path, monkeypatch):
    def held(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", held)
    with pytest.raises(InputError, match="Permission denied; if it is open in Excel, close it there"):
        read_bytes(tmp_path / "mine.xlsx")


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-32"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_text_saved_with_a_mark_or_as_utf_16_is_the_same_text(encoding, tmp_path):
    (tmp_path / "a").write_bytes("é = “ü”\r\n".encode(encoding))
    assert read_text(tmp_path / "a") == "é = “ü”\n"
    (tmp_path / "card.json").write_bytes(SHIPPED.read_text(encoding="utf-8").encode(encoding))
    assert Card.read(tmp_path / "card.json").to_json() == Card.shipped().to_json()
    (tmp_path / "MINE.TOML").write_bytes(
        'name = "mine"\r\nextends = "england_2014"\r\nyears = 3\r\n'.encode(encoding)
    )
    assert Scenario.named(tmp_path / "MINE.TOML").years == 3


def test_what_is_no_text_is_named_by_its_first_byte():
    with pytest.raises(InputError, match="byte 1 is not UTF-8; save it as a UTF-8 text"):
        text_of(b"a\xff", "mine.toml")
    with pytest.raises(InputError, match="is not UTF-16"):
        text_of(b"\xff\xfea", "mine.toml")


def test_brackets_and_dots_in_texts_and_remarks_are_no_levels():
    deep = "[" * 100 + "a." * 100
    for line in (
        f'a = "{deep}"',
        f"a = '{deep}'",
        f'a = """\n{deep}\n"""',
        f"a = '''{deep}'''",
        f"a = 1 # {deep}",
    ):
        assert toml_of(line, "mine.toml")["a"] is not None
    assert toml_of(f"a = [{'0.25, ' * 1_000}]", "mine.toml")["a"] == [0.25] * 1_000


def test_levels_cannot_be_hidden_behind_a_text(tmp_path):
    for before in ('"""x""""', '"""x"""""', "'''x''''", '"\\""', "'\\'", '"""\\""""'):
        with pytest.raises(InputError, match="levels"):
            check_depth(f"a = [{before}, " + "[" * 100, "mine.toml")


def test_a_number_has_an_end(tmp_path):
    assert toml_of("a = " + "9" * LONGEST_WORD, "mine.toml")["a"] > 1
    with pytest.raises(InputError, match=r"row 2: '9999.* has over 100 letters or digits"):
        toml_of("b = 1\na = " + "9" * (LONGEST_WORD + 1), "mine.toml")


@pytest.mark.parametrize(
    "value", ["[" * 5_000, "9" * 5_000, "0x" + "f" * 9_000, "{a." + "b." * 9_000 + "c=1}"]
)
def test_a_set_value_is_bounded_like_a_file(value):
    with pytest.raises(InputError, match="is no value of TOML") as found:
        settings([f"harm.x={value}"])
    assert len(str(found.value)) < 500


@pytest.mark.parametrize("from_on", ["0001-01-01", "9999-12-27", "1000-01-06"])
def test_a_scenario_starts_in_years_that_have_a_calendar(from_on, tmp_path):
    (tmp_path / "far.toml").write_text(f'name = "far"\nextends = "england_2014"\nfrom_on = {from_on}\n')
    with pytest.raises(InputError, match="a scenario starts"):
        Scenario.named(tmp_path / "far.toml")


def test_a_lesson_is_one_of_ours_and_no_path(tmp_path):
    (tmp_path / "own.toml").write_text('title = "x"\n')
    assert "unknown lesson" in risk("pack", str(tmp_path / "own")).stderr


def test_a_manifests_hashes_are_hexadecimal(tmp_path):
    file = {
        "path": "record/events/part-00000.parquet",
        "rows": 1,
        "bytes": 1,
        "sha256": "",
        "columns": {"a": "x" * 32},
    }
    resource = {
        "name": "record-events",
        "path": [file["path"]],
        "rows": 1,
        "contentHash": "",
        "parts": [file],
    }
    made = {
        "scenario": "x",
        "calibrated": False,
        "seed": 1,
        "households": 1,
        "from_on": "2012-01-02",
        "to_on": "2013-01-02",
    }
    (tmp_path / "datapackage.json").write_text(
        json.dumps({"resources": [resource], "synthetic": {"made": made}})
    )
    with pytest.raises(InputError, match=r"resources.0.parts.0.columns.a: string should match pattern"):
        read_manifest(tmp_path)


def test_the_bound_of_a_text_is_far_above_what_ships():
    assert len(SHIPPED.read_bytes()) * 10 < MOST_BYTES
