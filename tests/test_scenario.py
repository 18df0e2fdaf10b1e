import pytest

from risk.mistakes import InputError
from risk.scenario import SHIPPED, Scenario, scenario_names

ENGLAND = (SHIPPED / "england_2014.toml").read_text()


def changed(tmp_path, old: str, new: str) -> str:
    assert old in ENGLAND
    path = tmp_path / "mine.toml"
    path.write_text(ENGLAND.replace(old, new, 1))
    return str(path)


@pytest.mark.parametrize("name", scenario_names())
def test_every_assumption_has_a_value_a_unit_and_a_source(name):
    table = Scenario.named(name).assumption_table()
    assert table.height > 50
    assert table.null_count().sum_horizontal().item() == 0
    assert all(text.strip() for row in table.rows() for text in row)


def test_an_uncalibrated_scenario_says_so():
    england = Scenario.named("england_2014")
    assert not england.calibrated
    assert "not yet calibrated" in england.title


def test_a_scenario_that_extends_another_keeps_what_it_does_not_restate():
    england, norfolk = Scenario.named("england_2014"), Scenario.named("norfolk_review")
    assert norfolk.noticing.notices == england.noticing.notices
    assert norfolk.families.struggling_share == 1.0


def test_a_restated_value_does_not_borrow_the_source_of_the_one_it_replaces(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('extends = "england_2014"\n[practice]\nfirst_review_weeks = { value = 10 }\n')
    before, after = (
        Scenario.named(s).assumptions["practice.first_review_weeks"] for s in ("england_2014", str(path))
    )
    assert "Working Together" in before[1]
    assert after == (before[0], "assumption")


def test_the_hash_changes_with_a_value_and_not_with_the_words_about_it(tmp_path):
    value = Scenario.named(
        changed(tmp_path, "struggling_share = { value = 0.08", "struggling_share = { value = 0.09")
    )
    words = Scenario.named(
        changed(tmp_path, 'unit = "share of households", source', 'unit = "share", source')
    )
    assert value.sha256 != Scenario.named("england_2014").sha256 == words.sha256


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("struggling_share = { value = 0.08", "struggling_share = { value = 1.8", r"row \d+: families.struggling_share = 1.8.*less than or equal to 1"),
        ("struggling_share =", "strugling_share =", r"row \d+: unknown name 'strugling_share'; the nearest valid word is 'struggling_share'"),
        ("housing = { home", "houses = { home", r"unknown agency 'houses'; the nearest valid word is 'housing'"),
        ("hunger = [0.55", "hungr = [0.55", r"unknown concern 'hungr'; the nearest valid word is 'hunger'"),
        ("hunger = [0.55", "hunger = [0.65", r"severity_shares of hunger add to 1.1"),
        ("from_on = 2011-04-04", "from_on = 2011-04-05", "is a Tuesday; a scenario starts on a Monday"),
        ("[families]", "[families", "not a TOML file: .*line 9"),
        ('unit = "share of households", source = "assumption" }\nstruggling_d', 'source = "assumption" }\nstruggling_d', "an assumption is a value, a unit and a source"),
        ("father_present_share = ", "# father_present_share = ", "families.father_present_share is missing"),
        ("[1, 22, 35, 45, 75]", "[1, 22, 35, 30, 75]", "quantiles start at 1 or more and never fall"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_scenario_names_the_place_the_value_and_the_rule(tmp_path, old, new, message):
    with pytest.raises(InputError, match=message) as found:
        Scenario.named(changed(tmp_path, old, new))
    assert "mine.toml" in str(found.value)


def test_an_unknown_scenario_lists_the_nearest():
    with pytest.raises(
        InputError, match="unknown scenario 'england'; the nearest valid word is 'england_2014'"
    ):
        Scenario.named("england")


def test_a_scenario_cannot_extend_itself(tmp_path):
    path = tmp_path / "loop.toml"
    path.write_text(f'extends = "{path.as_posix()}"\n')
    with pytest.raises(InputError, match="extends itself"):
        Scenario.named(str(path))
