"""`risk lab` and `risk --version`: what a person who installed a wheel, and has no clone, meets first."""

from pathlib import Path

import pytest

from command import risk
from risk.cli import notebooks
from risk.core import extras, shipped

NAMES = [path.name for path in shipped.shipped_notebooks()]


@pytest.fixture
def opened(monkeypatch):
    """The commands that would have started JupyterLab."""
    calls = []
    monkeypatch.setattr(notebooks, "run", lambda command, _: calls.append(command) or 0)
    monkeypatch.setattr(notebooks, "installed", lambda _: True)
    return calls


def root_of(command: list[str]) -> Path:
    return Path(next(word for word in command if "root_dir" in word).partition("=")[2])


def test_lab_serves_this_machine_only_with_its_token_on(opened):
    assert risk("lab", "--no-browser").returncode == 0
    (command,) = opened
    assert "--ip=127.0.0.1" in command
    assert "--LabApp.extension_manager=readonly" in command
    assert "--no-browser" in command
    assert not any("token" in word or "password" in word for word in command)
    assert root_of(command).name == "notebooks"


def test_lab_lays_the_notebooks_out_and_opens_them_there(opened, tmp_path):
    done = risk("lab", "--to", "mine", "--no-browser", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (tmp_path / "mine").iterdir()) == sorted(NAMES)
    assert [root_of(command) for command in opened] == [tmp_path / "mine"]
    assert "00_start_here.ipynb" in done.stdout


def test_a_notebook_that_is_there_is_somebodys_and_stays(opened, tmp_path):
    mine = tmp_path / NAMES[0]
    mine.write_text("mine")
    done = risk("lab", "--to", str(tmp_path))
    assert done.returncode == 0
    assert mine.read_text() == "mine"
    assert "1 were there, and are as they were" in " ".join(done.stdout.split())


def test_a_file_is_no_place_for_notebooks(opened, tmp_path):
    (tmp_path / "file").write_text("")
    refused = risk("lab", "--to", str(tmp_path / "file"))
    assert (refused.returncode, opened) == (2, [])
    assert "a folder is needed" in refused.stderr


def test_without_jupyterlab_the_notebooks_are_laid_out_and_one_command_opens_them(monkeypatch, tmp_path):
    monkeypatch.setattr(extras, "find_spec", lambda _: None)
    done = risk("lab", "--to", str(tmp_path / "mine"))
    assert done.returncode == 0
    assert len(list((tmp_path / "mine").iterdir())) == len(NAMES)
    assert "pip install 'risk-trajectory[lab]'" in " ".join(done.stdout.split())


def test_lab_says_what_it_lacks(monkeypatch):
    monkeypatch.setattr(extras, "find_spec", lambda _: None)
    refused = risk("lab")
    assert refused.returncode == 2
    assert "pip install 'risk-trajectory[lab]'" in refused.stderr


def test_the_notebooks_inside_an_installed_package_are_not_opened_but_laid_out(opened, monkeypatch, tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "a.ipynb").write_text("{}")
    for module in (notebooks, shipped):
        monkeypatch.setattr(module, "files", lambda _: tmp_path)
    refused = risk("lab")
    assert (refused.returncode, opened) == (2, [])
    assert "risk lab --to" in refused.stderr


def test_the_version_is_the_one_in_the_project_file():
    done = risk("--version")
    assert done.returncode == 0
    assert done.stdout.split() == ["risk-trajectory", shipped.version("risk-trajectory")]
