import json
import sys
from datetime import date

import pytest

from risk.core.errors import InputError
from risk.world.overrides import settings
from risk.world.provenance import differences
from risk.world.scenario import Scenario
from risk.world.scenario_file import SHIPPED, scenario_names
from risk.world.simulate.weeks import made

ENGLAND = (SHIPPED / "england_2014.toml").read_text()


def changed(tmp_path, old: str, new: str) -> str:
    assert old in ENGLAND
    path = tmp_path / "mine.toml"
    path.write_text(ENGLAND.replace(old, new, 1).replace('name = "england_2014"', 'name = "mine"'))
    return str(path)


@pytest.mark.parametrize("name", scenario_names())
def test_every_assumption_has_a_value_a_unit_and_a_source(name):
    table = Scenario.named(name).assumption_table()
    assert table.height > 50
    assert table.null_count().sum_horizontal().item() == 0
    assert all(text.strip() for row in table.rows() for text in row)


def test_only_the_national_scenarios_are_calibrated():
    calibrated = {name for name in scenario_names() if Scenario.named(name).calibrated}
    assert calibrated == {"england_2014", "england_2025"}


def test_good_practice_has_the_families_and_the_harm_of_norfolk_review():
    good, norfolk = Scenario.named("good_practice"), Scenario.named("norfolk_review")
    assert good.families == norfolk.families
    assert good.harm == norfolk.harm
    assert good.practice.adds_up == 1


def test_in_the_null_scenario_nothing_recorded_depends_on_the_hidden_state():
    null = Scenario.named("null")
    assert all(len(set(rates)) == 1 for rates in null.noticing.incidents_per_year.values())
    assert not null.noticing.incidents_with_domestic_abuse_per_year
    assert not null.noticing.incidents_with_substance_misuse_per_year
    assert not null.noticing.incidents_with_risky_adult_per_year
    assert not any(null.noticing.notices["drug_alcohol_service"].values())
    assert not any(null.noticing.notices["probation"].values())
    practice = null.practice
    for finds in (practice.finds_need, practice.finds_significant_harm, practice.finds_at_review):
        assert len(set(finds)) == 1
    assert practice.finds_domestic_abuse == practice.reassured_by_parent == 0
    assert all(absent == present for absent, present in practice.identifies.values())
    assert set(null.harm.improves_with_support) == {1}


def test_a_scenario_that_extends_another_keeps_what_it_does_not_restate():
    england, norfolk = Scenario.named("england_2014"), Scenario.named("norfolk_review")
    assert norfolk.noticing.notices == england.noticing.notices
    assert norfolk.families.struggling_share == 1.0


def test_a_restated_value_does_not_borrow_the_source_of_the_one_it_replaces(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(BASE + "[looked_after]\nproceedings_weeks = { value = [40, 50] }\n")
    before, after = (
        Scenario.named(s).assumptions["looked_after.proceedings_weeks"] for s in ("england_2014", str(path))
    )
    assert "Children and Families Act" in before[1]
    assert after == (before[0], "assumption")


def test_the_hash_changes_with_a_value_and_not_with_the_words_about_it(tmp_path):
    same = Scenario.named(changed(tmp_path, "[families]", "[families]"))
    value = Scenario.named(
        changed(tmp_path, "struggling_share = { value = 0.12", "struggling_share = { value = 0.13")
    )
    words = Scenario.named(
        changed(tmp_path, 'unit = "share of households", source', 'unit = "share", source')
    )
    assert value.sha256 != same.sha256 == words.sha256


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("struggling_share = { value = 0.12", "struggling_share = { value = 1.8", r"mine.toml: families.struggling_share = 1.8.*less than or equal to 1"),
        ("struggling_share =", "strugling_share =", r"mine.toml: families.strugling_share: unknown name 'strugling_share'; the nearest valid word is 'struggling_share'"),
        ("housing = { home", "houses = { home", r"unknown agency 'houses'; the nearest valid word is 'housing'"),
        ("hunger = [0.55", "hungr = [0.55", r"unknown concern 'hungr'; the nearest valid word is 'hunger'"),
        ("hunger = [0.55", "hunger = [0.65", r"severity_shares of hunger add to 1.1"),
        ("from_on = 2009-04-06", "from_on = 2009-04-07", "is a Tuesday; a scenario starts on a Monday"),
        ("[families]", "[families", r"not a TOML file: .*line \d+"),
        ('unit = "share of households", source = "assumption" }\nstruggling_d', 'source = "assumption" }\nstruggling_d', "an assumption is a value, a unit and a source"),
        ("father_present_share = ", "# father_present_share = ", "families.father_present_share is missing"),
        ("[0.163, 10]", "[0.163, 0.5]", "neither shares nor days ever fall"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_scenario_names_the_place_the_value_and_the_rule(tmp_path, old, new, message):
    with pytest.raises(InputError, match=message) as found:
        Scenario.named(changed(tmp_path, old, new))
    assert "mine.toml" in str(found.value)


def test_an_unknown_scenario_lists_the_nearest():
    with pytest.raises(
        InputError, match="unknown scenario 'england_2013'; the nearest valid word is 'england_2014'"
    ):
        Scenario.named("england_2013")


def test_a_scenario_cannot_extend_itself(tmp_path):
    path = tmp_path / "loop.toml"
    path.write_text(f'extends = "{path.as_posix()}"\n')
    with pytest.raises(InputError, match="extends itself"):
        Scenario.named(str(path))


def mine(tmp_path, text: str, name: str = "mine.toml") -> str:
    """A scenario file of the user's own, by its path."""
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return str(path)


BASE = 'name = "mine"\nextends = "england_2014"\n'


def test_a_restated_table_replaces_the_whole_so_that_an_agency_can_be_removed(tmp_path):
    name = mine(tmp_path, BASE + "[noticing]\nnotices = { value = { police = { hunger = 0.5 } } }\n")
    assert Scenario.named(name).noticing.notices == {"police": {"hunger": 0.5}}


def test_a_change_alters_some_entries_of_a_table_at_any_depth_and_keeps_the_others(tmp_path):
    england = Scenario.named("england_2014")
    name = mine(
        tmp_path,
        BASE + "[noticing.shares]\nchange = { police = 0.5 }\n"
        "[noticing.notices.change.school]\nhunger = 0\nhome_conditions = 0.1\n",
    )
    changed = Scenario.named(name)
    assert changed.noticing.shares == england.noticing.shares | {"police": 0.5}
    school = england.noticing.notices["school"] | {"hunger": 0, "home_conditions": 0.1}
    assert changed.noticing.notices == england.noticing.notices | {"school": school}
    assert changed.assumptions["noticing.shares"][1] == "assumption"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[noticing.shares]\nchange = { polise = 0.5 }", "mine.toml: noticing.shares.polise: unknown agency 'polise'; the nearest valid word is 'police'"),
        ("[noticing.shares]\nchange = { police = 1.5 }", "mine.toml: noticing.shares.police = 1.5"),
        ("[noticing.shares]\nvalue = {}\nchange = { police = 0.5 }", "mine.toml: noticing.shares has a value and a change"),
        ("[practice]\nassesses = { change = { police = 0.5 } }", "mine.toml: practice.assesses: change = .*only a table changes in part"),
        ("[practice]\nassesses = { value = [0.9] }", "mine.toml: practice.assesses.1 is missing"),
        ("[noticing]\nnotices = { value = { police = { hunger = 5 } } }", "mine.toml: noticing.notices.police.hunger = 5"),
        ("[practice]\nasseses = { value = [1, 0, 0, 0] }", "mine.toml: practice.asseses: unknown name 'asseses'; the nearest valid word is 'assesses'"),
        ("[practise]\nassesses = { value = [1, 0, 0, 0] }", "mine.toml: practise: unknown name 'practise'; the nearest valid word is 'practice'"),
        ("[overrides]\nx = 1", "mine.toml: unknown name 'overrides'"),
        ("extends = 3", "mine.toml: extends = 3: it names one scenario"),
        ("[noticing.records]\nchange = { police = 0.5 }\n[noticing.shares.change]\npolice = 2", "mine.toml: noticing.shares.police = 2"),
    ],
)  # fmt: skip
def test_a_mistake_in_what_extends_names_its_own_file_and_the_key(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        Scenario.named(mine(tmp_path, text if text.startswith("extends") else BASE + text))


def test_a_mistake_in_the_file_below_names_the_file_below(tmp_path):
    mine(tmp_path, BASE + "[practice]\noffers_early_help = { value = 3 }\n", "below.toml")
    above = mine(
        tmp_path, 'name = "above"\nextends = "below.toml"\n[practice]\npolice_protects = { value = 0.1 }\n'
    )
    with pytest.raises(InputError, match=r"below.toml: practice.offers_early_help = 3"):
        Scenario.named(above)


def test_a_file_extends_another_from_its_own_folder_wherever_the_user_stands(tmp_path, monkeypatch):
    mine(tmp_path, BASE + "[practice]\noffers_early_help = { value = 0.9 }\n", "a/below.toml")
    above = mine(tmp_path, 'name = "above"\nextends = "../a/below.toml"\n', "b/above.toml")
    monkeypatch.chdir("/")
    assert Scenario.named(above).practice.offers_early_help == 0.9


def test_scenarios_cannot_extend_each_other_by_different_spellings(tmp_path):
    mine(tmp_path, 'extends = "../a/two.toml"\n', "a/one.toml")
    two = mine(tmp_path, 'extends = "one.toml"\n', "a/two.toml")
    with pytest.raises(InputError, match="extends itself"):
        Scenario.named(two)


def test_an_override_changes_one_value_and_says_who_set_it():
    england = Scenario.named("england_2014")
    changed = Scenario.named("england_2014", {"noticing.shares.police": 1, "practice.assesses.2": 0.7})
    assert changed.noticing.shares == england.noticing.shares | {"police": 1.0}
    assert changed.practice.assesses == (*england.practice.assesses[:2], 0.7, england.practice.assesses[3])
    sources = {n: s for n, (_, s) in changed.assumptions.items() if s == "set by the user"}
    assert set(sources) == {"noticing.shares", "practice.assesses"}
    assert (changed.name, changed.families, changed.harm) == (england.name, england.families, england.harm)
    assert changed.overrides == {"noticing.shares.police": 1.0, "practice.assesses.2": 0.7}
    assert changed.sha256 != england.sha256


def test_overriding_with_the_value_that_stands_simulates_the_same_world():
    england = Scenario.named("england_2014")
    same = england.with_values({"noticing.shares.police": england.noticing.shares["police"]})
    assert same.sha256 == england.sha256


def test_a_calibrated_scenario_of_other_values_is_no_longer_calibrated():
    tuned = Scenario.named("england_2014").model_copy(update={"calibrated": True})
    assert not tuned.with_values({"noticing.shares.police": 1}).calibrated
    assert tuned.with_values({"noticing.shares.police": tuned.noticing.shares["police"]}).calibrated


@pytest.mark.parametrize("text", ["", "calibrated = true\n", "[practice]\nadds_up = { value = 0.31 }\n"])
def test_what_extends_a_calibrated_scenario_is_not_calibrated_whatever_it_says(tmp_path, text):
    assert not Scenario.named(mine(tmp_path, BASE + text)).calibrated


def test_a_copy_of_a_calibrated_scenario_is_not_calibrated_under_another_name(tmp_path):
    assert not Scenario.named(changed(tmp_path, "[families]", "[families]")).calibrated


def test_a_shipped_scenario_that_claims_it_is_calibrated_only_with_the_values_that_were_tuned(monkeypatch):
    assert Scenario.named("england_2014").calibrated
    monkeypatch.setattr(sys.modules["risk.world.scenario"], "TUNED", frozenset())
    assert not Scenario.named("england_2014").calibrated


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('extends = "england_2014"\n', "mine.toml: extends england_2014 and has no name; a scenario has a name of its own"),
        ('title = "x"\nextends = "below.toml"\n', "mine.toml: extends below.toml and has no name"),
        ('name = "below"\nextends = "below.toml"\n', "mine.toml: name = 'below' is another scenario's"),
        ('extends = "england_2014"\nname = "england_2014"\n', "mine.toml: name = 'england_2014' is another scenario's"),
        ('extends = "england_2014"\nname = "null"\n', "mine.toml: name = 'null' is another scenario's"),
        (ENGLAND, "mine.toml: name = 'england_2014' is another scenario's"),
        ('extends = "england_2014"\nname = "# Real families"\n', "mine.toml: name = '# Real families': string should match"),
    ],
)  # fmt: skip
def test_a_scenario_of_a_users_own_has_a_name_that_no_other_has(tmp_path, text, message):
    mine(tmp_path, 'extends = "england_2014"\nname = "below"\n', "below.toml")
    with pytest.raises(InputError, match=message):
        Scenario.named(mine(tmp_path, text))


def test_every_difference_from_the_base_is_listed_with_both_values_and_its_source(tmp_path):
    text = (
        'from_on = 2009-04-13\n[noticing]\nshares = { change = { police = 0.5 }, source = "Mine" }\n'
        "notices = { change = { housing = { hunger = 0.25 } } }\n"
        '[practice]\nadds_up_weeks = { source = "A friend" }\n'
    )
    england, name = Scenario.named("england_2014"), mine(tmp_path, BASE + text)
    found = differences(Scenario.named(name, {"harm.collapses_per_year": [0.25, 0.75]}))
    units = {n: unit for n, (unit, _) in england.assumptions.items()}

    def entry(name: str, base: object, value: object, source: str) -> dict[str, object]:
        unit = units.get(".".join(name.split(".")[:2]), "")
        return {name: {"base": base, "value": value, "unit": unit, "source": source}}

    weeks = england.practice.adds_up_weeks
    assert found == {
        **entry("from_on", "2009-04-06", "2009-04-13", ""),
        **entry(
            "harm.collapses_per_year", list(england.harm.collapses_per_year), [0.25, 0.75], "set by the user"
        ),
        **entry("noticing.notices.housing.hunger", None, 0.25, "assumption"),
        **entry("noticing.shares.police", england.noticing.shares["police"], 0.5, "Mine"),
        **entry("practice.adds_up_weeks", weeks, weeks, "A friend"),
    }


def test_an_entry_that_the_base_has_and_the_scenario_has_not_is_a_difference(tmp_path):
    name = mine(tmp_path, BASE + "[noticing]\nnotices = { value = { police = { hunger = 0.5 } } }\n")
    gone = differences(Scenario.named(name))["noticing.notices.school.hunger"]
    assert (gone["base"], gone["value"]) == (
        Scenario.named("england_2014").noticing.notices["school"]["hunger"],
        None,
    )


@pytest.mark.parametrize("name", scenario_names())
def test_a_shipped_scenario_is_its_own_base(name):
    assert Scenario.named(name).base == name
    assert differences(Scenario.named(name)) == {}


def test_shares_of_a_whole_move_together():
    moved = Scenario.named(
        "england_2014", {"families.visibility_shares.0": 0.4, "families.visibility_shares.1": 0.4}
    )
    assert moved.families.visibility_shares == (0.4, 0.4, 0.2)


def test_a_later_override_of_the_whole_table_replaces_what_was_set_in_it():
    first = Scenario.named("england_2014", {"noticing.notices.school.hunger": 0})
    both = first.with_values({"noticing.notices": {"police": {"hunger": 0.5}}})
    assert both.overrides == {"noticing.notices": {"police": {"hunger": 0.5}}}


def test_a_row_that_the_table_has_not_is_added():
    added = Scenario.named("england_2014", {"noticing.notices.school.missed_health_appointment": 0.2})
    assert added.noticing.notices["school"]["missed_health_appointment"] == 0.2


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("practice.share.police", 1, "practice has no 'share'; unknown name .* nearest valid word is 'noticing.shares.police'"),
        ("noticing.share.police", 1, "nearest valid word is 'noticing.shares.police'"),
        ("noticing.reassured_by_parent", 1, "nearest valid word is 'practice.reassured_by_parent'"),
        ("practise.assesses", [1, 0, 0, 0], "nearest valid word is 'practice.assesses'"),
        ("reassured_by_parent", 1, "nearest valid word is 'practice.reassured_by_parent'"),
        ("police", 1, "valid words are .*noticing.shares.police"),
        ("noticing.shares.polise", 1, "noticing.shares.polise = 1: noticing.shares.polise: unknown agency 'polise'; the nearest valid word is 'police'"),
        ("noticing.notices.school.hungr", 1, "unknown concern 'hungr'; the nearest valid word is 'hunger'"),
        ("noticing.notices.scool.hunger", 1, "unknown agency 'scool'; the nearest valid word is 'school'"),
        ("noticing.shares.police.hunger", 1, "noticing.shares.police has no 'hunger'; unknown name"),
        ("practice.assesses.4", 1, "practice.assesses has no '4'; it is a list of 4, from practice.assesses.0 to practice.assesses.3"),
        ("practice.assesses.-1", 1, "practice.assesses has no '-1'"),
        ("practice.assesses", [1, 0], "practice.assesses = .1, 0.: practice.assesses.2 is missing"),
        ("noticing.shares.police", 1.8, "^noticing.shares.police = 1.8: .*less than or equal to 1"),
        ("families.visibility_shares.0", 0.9, "families.visibility_shares.0 = 0.9: families: visibility_shares add to 1.6"),
        ("noticing", {}, "noticing is a group; set one of its assumptions: incidents_per_year"),
        ("name", "x", "unknown name 'name'"),
        ("", 1, "unknown name ''"),
        ("noticing.shares.", 1, "unknown name 'noticing.shares.'"),
    ],
)  # fmt: skip
def test_a_mistake_in_an_override_names_the_key_and_the_rule(key, value, message):
    with pytest.raises(InputError, match=message):
        Scenario.named("england_2014", {key: value})


def test_settings_are_read_as_toml():
    words = ["a.b=1", " c.d = [1, 2.5] ", "e.f={ police = 0.5 }", 'g.h="cumulative"', "i.j=2020-01-06"]
    assert settings(words) == {
        "a.b": 1,
        "c.d": [1, 2.5],
        "e.f": {"police": 0.5},
        "g.h": "cumulative",
        "i.j": date(2020, 1, 6),
    }


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["practice.assesses"], "give KEY=VALUE"),
        (["=1"], "give KEY=VALUE"),
        (["a.b="], "'' is no value of TOML"),
        (["a.b=cumulative"], "'cumulative' is no value of TOML; .* words in quotes"),
        (["a.b=1\nother=2"], "is no value of TOML"),
        (["a.b=1", "a.b=2"], "a.b is already set, to 1"),
    ],
)
def test_a_setting_that_cannot_be_read_says_how_to_write_it(words, message):
    with pytest.raises(InputError, match=message):
        settings(words)


def test_a_scenario_comes_back_exactly_from_the_manifest_of_its_cohort(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(BASE + 'title = "Mine"\n[practice]\npolice_protects = { value = 0.7 }\n')
    scenario = Scenario.named(str(path), {"noticing.shares.police": 1, "practice.assesses.2": 0.7})
    kept = json.loads(json.dumps(made(scenario, 10, seed=1)))
    path.unlink()
    assert Scenario.of_cohort(kept) == scenario
    assert made(Scenario.of_cohort(kept), 10, seed=1) == kept


def forged() -> dict[str, object]:
    """What a manifest keeps of a changed scenario that is called calibrated, its hash made anew."""
    changed = Scenario.named("england_2014", {"practice.adds_up": 1}).model_copy(update={"calibrated": True})
    return made(changed, 10, seed=1)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda m: m.pop("scenario_values"), "keeps no scenario_values"),
        (lambda m: m["scenario_values"]["practice"].pop("assesses"), "practice.assesses is missing"),
        (lambda m: m["scenario_values"]["practice"].update(police_protects=0.9), "not those of its scenario_sha256"),
        (lambda m: m.update(forged()), "says that england_2014 is calibrated; its values were never tuned"),
    ],
)  # fmt: skip
def test_a_manifest_whose_scenario_cannot_be_trusted_is_refused(spoil, message):
    kept = json.loads(json.dumps(made(Scenario.named("england_2014"), 10, seed=1)))
    spoil(kept)
    with pytest.raises(InputError, match=message):
        Scenario.of_cohort(kept)
