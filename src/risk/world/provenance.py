"""The provenance: how a cohort is made, and in what its scenario differs from the shipped one below it."""

from typing import Any

from risk.world.overrides import leaves, value_at
from risk.world.scenario import Scenario


def differences(scenario: Scenario) -> dict[str, dict[str, Any]]:
    """Return what a scenario states otherwise than its base: base, value, unit and source, by dotted name.

    Null stands for an entry that one of the two has not. A source or unit that alone differs counts too; a
    shipped scenario as it is, and one without a base, differ in nothing.

    >>> differences(Scenario.named("null", {"practice.adds_up": 1}))["practice.adds_up"]["value"]
    1.0
    """
    if not scenario.base:
        return {}
    base = Scenario.named(scenario.base)
    ours, theirs = (dict(leaves(_stated(s))) for s in (scenario, base))
    names = [name for name in theirs | ours if ours.get(name) != theirs.get(name)]
    reworded = [name for name, words in scenario.assumptions.items() if base.assumptions.get(name) != words]
    names += [name for name in reworded if not any(f"{n}.".startswith(f"{name}.") for n in names)]
    entries = {}
    for name in names:
        unit, source = scenario.assumptions.get(".".join(name.split(".")[:2]), ("", ""))
        was, now = (_value(s, name) for s in (base, scenario))
        entries[name] = {"base": was, "value": now, "unit": unit, "source": source}
    return entries


def _stated(scenario: Scenario) -> dict[str, Any]:
    return {"from_on": scenario.from_on.isoformat(), "years": scenario.years, **scenario.values()}


def _value(scenario: Scenario, name: str) -> Any:
    try:
        return value_at(_stated(scenario), name)
    except KeyError:
        return None
