"""Who is who: one step settles the children of a file, asks where it is not sure, and never makes a sibling up."""

import pytest

from command import risk as command
from risk.chronologies.account import merged
from risk.chronologies.case import read_case, read_chronology
from risk.chronologies.persons import same_name, settled
from risk.core.errors import InputError

HEAD = "date,child,agency,kind,what\n"
ROW = "13/06/2014,{},School,Hunger,x\n"


def read(tmp_path, *children: str, above: str = "", head: str = HEAD, name="mine.csv", **answers):
    path = tmp_path / name
    path.write_text(above + head + "".join(ROW.format(child) for child in children), encoding="utf-8")
    return read_chronology(str(path), **answers)


def who(reading) -> tuple[list, list]:
    assert not reading.problems, list(map(str, reading.problems))
    return reading.account.children["name"].to_list(), reading.account.entries["child"].to_list()


@pytest.mark.parametrize(
    "written", ["C1", "Child 1", "child one", "CHILD-1", "c.1", "Child No 1", "the child"]
)
def test_numbers_letters_and_spellings_of_one_child_are_one_child(tmp_path, written):
    assert who(read(tmp_path, written, above="Child,Child 1\n")) == (["Child 1"], ["Child 1"])


@pytest.mark.parametrize("written", ["Children 1–3", "C1-C3", "C1, C2", "Amy and Ben", "both"])
def test_several_children_are_the_whole_household(tmp_path, written):
    assert who(read(tmp_path, written.replace(",", ";")))[1] == [None]


@pytest.mark.parametrize(
    "written", ["Mother", "mum", "MGM", "Mother's partner", "Step-father", "Mr B", "Dad"]
)
def test_an_adult_in_the_childs_column_is_asked_about_and_a_column_who_answers(tmp_path, written):
    (problem,) = read(tmp_path, "Amy", written, written).problems
    assert problem.cell.address == "B3"
    assert "an adult, not a child" in problem.why()
    assert "(and in 1 more rows)" in problem.why()
    rows = f"13/06/2014,{written},School,Hunger,x,adult\n13/06/2014,Amy,School,Hunger,x,\n"
    path = tmp_path / "who.csv"
    path.write_text(HEAD.strip() + ",who\n" + rows, encoding="utf-8")
    assert who(read_chronology(str(path))) == (["Amy"], [None, "Amy"])


def test_an_unborn_child_is_the_baby_that_comes_after(tmp_path):
    assert who(read(tmp_path, "Unborn baby", "Baby")) == (["Baby"], ["Baby", "Baby"])
    (problem,) = read(tmp_path, "Ryan", "Unborn baby", above="Child,Ryan\n").problems
    assert "may be Ryan before the birth, or another child" in problem.why()


def test_a_child_of_the_heading_in_no_row_is_asked_about_and_may_be_chosen(tmp_path):
    (problem,) = read(tmp_path, "Ben", above="Child,Amy\n").problems
    assert "is this Amy, whom the heading names and no row does" in problem.why()
    assert who(read(tmp_path, "Ben", above="Child,Amy\nSibling,Ben\n")) == (["Amy", "Ben"], ["Ben"])
    assert who(read(tmp_path, "Ben", above="Child,Amy\n", child="Ben"))[0] == ["Ben", "Amy"]
    assert who(read(tmp_path, "Ben", "Amy", child="amy"))[0] == ["Amy", "Ben"]
    with pytest.raises(InputError, match="--child Zoe: no such child; the chronology names Ben"):
        read(tmp_path, "Ben", child="Zoe")
    with pytest.raises(InputError, match="blank_dates='x': must be same or undated"):
        read(tmp_path, "Ben", blank_dates="x")


@pytest.mark.parametrize(
    ("one", "other"), [("Amelia", "Ameliah"), ("Amy", "Amy B"), ("Katherine", "Catherine")]
)
def test_names_that_are_nearly_one_are_asked_about_unless_the_heading_has_both(tmp_path, one, other):
    (problem,) = read(tmp_path, one, other).problems
    assert "one child or two?" in problem.why()
    assert len(who(read(tmp_path, one, other, above=f"Child,{one}\nSibling,{other}\n"))[0]) == 2


@pytest.mark.parametrize(
    "names", [("Child 1", "Child 2"), ("Child A", "Child B"), ("Amy", "Ben"), ("Amy (1)", "Amy (2)")]
)
def test_names_that_differ_are_two_children(tmp_path, names):
    assert who(read(tmp_path, *names))[0] == list(names)


def test_a_column_who_says_whom_it_is_about(tmp_path):
    path = tmp_path / "mine.csv"
    rows = "13/06/2014,Ben,School,Hunger,x,sibling\n13/06/2014,Amy,School,Hunger,x,child\n"
    path.write_text(HEAD.strip() + ",who\n" + rows, encoding="utf-8")
    assert read_case(str(path)).record.children["given_name"].to_list() == ["Amy", "Ben"]


def test_merging_settles_who_is_who_by_the_same_step(tmp_path):
    one, other = (read(tmp_path, child, name=f"{child[:1]}.csv").account for child in ("Child 1", "C1"))
    together = merged([("a.csv", one), ("b.csv", other)])
    assert together.children["name"].to_list() == ["Child 1"]
    assert together.entries["child"].to_list() == ["Child 1", "Child 1"]
    near = read(tmp_path, "Amelia").account, read(tmp_path, "Ameliah").account
    with pytest.raises(InputError, match="Ameliah and Amelia may be one child"):
        merged([("a.csv", near[0]), ("b.csv", near[1])])


@pytest.mark.parametrize("child", ["ben", "Amy"])
def test_every_command_is_told_in_one_way_whom_a_file_of_several_children_is_about(tmp_path, child):
    file, other, draft = (str(tmp_path / name) for name in ("mine.csv", "other.csv", "draft.csv"))
    read(tmp_path, "Ben", "Amy")
    read(tmp_path, "Amy", "Ben", name="other.csv")
    for words in (
        f"check {file} --fix {tmp_path}/fixed.xlsx",
        f"write {file} --out {tmp_path}/written.csv",
        f"merge {file} {other} --out {tmp_path}/merged.csv",
        f"propose {file} --out {draft}",
    ):
        done = command("chronology", *words.split(), "--child", child)
        assert done.returncode == 0, done.stderr
    for made in ("fixed.xlsx", "written.csv", "merged.csv"):
        case = read_case(str(tmp_path / made))
        assert case.record.children["given_name"][0] == child.capitalize()
    then = f"risk review {draft} --child {child}"  # however the terminal breaks it into lines
    assert "".join(then.split()) in "".join(done.stdout.split())
    reviewed = command("review", file, "--child", child, "--json")
    assert reviewed.returncode == 0
    page = tmp_path / "page.html"
    assert command("pack", file, "--child", child, "--out", str(page)).returncode == 0
    refused = command("pack", file, "--child", "Zoe", "--out", str(page), "--force")
    assert "no such child" in refused.stderr


def test_a_name_is_compared_by_what_it_says():
    assert same_name("Child One") == same_name("C1") != same_name("C2")
    assert settled({}, []).children == {}
