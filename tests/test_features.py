from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records import at, record
from risk.cohort import Record
from risk.features import BAND_ENDS_DAYS, BANDS, FEATURES, LINES, featurise, worst_recent
from risk.kinds import AGENCIES, CONCERNS
from risk.mistakes import InputError


def counted(found: pl.DataFrame, line: str) -> list[tuple[int, ...]]:
    """The counts of one line, a tuple of its four bands for each row."""
    return found.select(f"n_{line}_{band}" for band in BANDS).rows()


def test_an_event_counts_from_the_day_after_it_was_recorded():
    one = record("16 hunger school 2023-03-01 2023-03-08")
    found = featurise(at("16 2023-03-07", "16 2023-03-08", "16 2023-03-09"), one)
    assert [sum(row) for row in counted(found, "hunger")] == [0, 0, 1]


@pytest.mark.parametrize(
    ("age", "bands"),
    [
        (1, (1, 0, 0, 0)),
        (28, (1, 0, 0, 0)),
        (29, (0, 1, 0, 0)),
        (91, (0, 1, 0, 0)),
        (92, (0, 0, 1, 0)),
        (182, (0, 0, 1, 0)),
        (183, (0, 0, 0, 1)),
        (364, (0, 0, 0, 1)),
        (365, (0, 0, 0, 0)),
    ],
)
def test_an_event_moves_to_the_next_band_the_day_after_its_last(age, bands):
    one = record("16 hunger school 2022-02-01")
    landmark = date(2022, 2, 1) + timedelta(days=age)
    assert counted(featurise(at(f"16 {landmark}"), one), "hunger") == [bands]


def test_an_event_of_the_household_counts_for_every_child_and_one_about_a_sibling_as_a_siblings():
    both = record("- domestic_abuse police 2023-03-01", "17 hunger school 2023-03-01")
    found = featurise(at("16 2023-03-02", "17 2023-03-02"), both)
    assert [r[0] for r in counted(found, "domestic_abuse")] == [1, 1]
    assert [r[0] for r in counted(found, "hunger")] == [0, 1]
    assert [r[0] for r in counted(found, "sibling_concern")] == [1, 0]


def test_another_households_events_count_for_nobody_here():
    other = record("32 hunger school 2023-03-01", children=(16, 32))
    assert featurise(at("16 2023-03-02"), other).select(pl.sum_horizontal(FEATURES)).item() == 0


def test_what_a_child_said_counts_on_its_own_line_too():
    said = record("16 hunger school 2023-03-01 said")
    found = featurise(at("16 2023-03-02"), said)
    assert counted(found, "hunger")[0][0] == counted(found, "child_said")[0][0] == 1


def test_a_no_further_action_counts_on_no_line():
    nfa = record("- no_further_action childrens_services 2023-03-01")
    assert featurise(at("16 2023-03-02"), nfa).select(pl.sum_horizontal(FEATURES)).item() == 0


def test_childrens_services_see_what_was_shared_from_the_day_after_it_was_shared():
    late = record(
        "16 hunger school 2023-03-01 2023-03-02 2023-04-01", "16 hunger school 2023-03-01 2023-03-02 -"
    )
    found = featurise(at("16 2023-04-01", "16 2023-04-02"), late, viewer="childrens_services")
    assert [sum(r) for r in counted(found, "hunger")] == [0, 1]


def test_an_agency_alone_sees_only_what_it_wrote_itself():
    two = record("16 hunger school 2023-03-01", "16 hunger refuge 2023-03-01")
    seen = {
        v: sum(counted(featurise(at("16 2023-03-05"), two, viewer=v), "hunger")[0])
        for v in ("pooled", "school", "gp")
    }
    assert seen == {"pooled": 2, "school": 1, "gp": 0}


def test_an_unknown_viewer_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="unknown viewer 'schol'; the nearest valid word is 'school'"):
        featurise(at("16 2023-03-05"), record(), viewer="schol")


def test_features_keep_the_rows_and_their_order():
    rows = at("17 2023-06-01", "16 2023-07-01", "16 2023-06-01")
    assert featurise(rows, record("16 hunger school 2023-03-01")).drop(FEATURES).equals(rows)


def test_the_worst_recent_incident_forgets_after_four_weeks():
    some = record(
        "16 hunger school 2023-03-01 1",
        "- domestic_abuse police 2023-03-10 4",
        "17 hunger school 2023-03-11 3",
    )
    found = worst_recent(at("16 2023-03-02", "16 2023-03-11", "16 2023-04-07", "16 2023-04-08"), some)
    assert found.to_list() == [1, 4, 4, 0]


# A second implementation, one event at a time, and records of any shape run through both.

START = date(2022, 1, 3)
KINDS = ["hunger", "domestic_abuse", "no_further_action", "assessment_completed", "return_home"]
LINES_OF_WORDS = st.builds(
    lambda child, kind, agency, day, delay, told, words: (child, kind, agency, day, delay, told, words),
    st.sampled_from(["16", "17", "32", "-"]),
    st.sampled_from(KINDS),
    st.sampled_from(["school", "police", "childrens_services"]),
    st.integers(0, 500),
    st.integers(0, 30),
    st.none() | st.integers(0, 40),
    st.sampled_from(["", "said", "substantiated", "unsubstantiated"]),
)


def written(events) -> Record:
    lines = []
    for child, kind, agency, day, delay, told, words in events:
        recorded = START + timedelta(days=day + delay)
        shared = "-" if told is None else recorded + timedelta(days=told)
        lines.append(f"{child} {kind} {agency} {START + timedelta(days=day)} {recorded} {shared} {words}")
    return record(*lines, children=(16, 17, 32))


def by_brute_force(child: int, landmark: date, record: Record, viewer: str) -> list[int]:
    """Walk over every event and every rule, in plain Python."""
    counts = dict.fromkeys(FEATURES, 0)
    for e in record.events.to_dicts():
        if e["household_id"] != child // 16:
            continue
        if viewer not in ("pooled", "childrens_services") and e["agency"] != viewer:
            continue
        known = e["shared_on"] if viewer == "childrens_services" else e["recorded_on"]
        if known is None or known >= landmark or (landmark - known).days > BAND_ENDS_DAYS[-1]:
            continue
        band = BANDS[next(i for i, end in enumerate(BAND_ENDS_DAYS) if (landmark - known).days <= end)]
        siblings = e["child_id"] not in (None, child)
        for line in LINES:
            if counts_on(line.name, e, siblings):
                counts[f"n_{line.name}_{band}"] += 1
    return list(counts.values())


def counts_on(line: str, e: dict, siblings: bool) -> bool:
    concern = e["kind"] in CONCERNS
    if line == "sibling_concern":
        return concern and siblings
    if line == "child_said":
        return concern and not siblings and e["disclosed_by_child"]
    if line in ("substantiated", "unsubstantiated"):
        return e["kind"] == "assessment_completed" and e["finding"] == line
    return e["kind"] == line and not siblings


ROWS = at(*(f"{c} {START + timedelta(days=d)}" for c in (16, 17, 32) for d in (0, 30, 120, 365, 480, 700)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES_OF_WORDS, max_size=25), st.sampled_from(["pooled", "childrens_services", "school"]))
def test_features_agree_exactly_with_a_brute_force_twin(events, viewer):
    made = written(events)
    fast = featurise(ROWS, made, viewer=viewer).select(FEATURES).rows()
    slow = [by_brute_force(r["child_id"], r["landmark_on"], made, viewer) for r in ROWS.to_dicts()]
    assert [list(r) for r in fast] == slow


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES_OF_WORDS, max_size=25), st.integers(0, 500))
def test_deleting_everything_known_on_or_after_a_landmark_changes_nothing_at_it(events, day):
    made, cut = written(events), START + timedelta(days=day)
    past = made.events.filter(pl.col("recorded_on") < cut).with_columns(
        shared_on=pl.when(pl.col("shared_on") < cut).then("shared_on")
    )
    trimmed = replace(made, events=past)
    rows = at(*(f"{c} {cut}" for c in (16, 17, 32)))
    for viewer in ("pooled", "childrens_services", "school"):
        assert featurise(rows, made, viewer=viewer).equals(featurise(rows, trimmed, viewer=viewer))
    assert worst_recent(rows, made).equals(worst_recent(rows, trimmed))


def test_every_agency_is_a_viewer(norfolk):
    rows = at("16 2012-01-02")
    for agency in AGENCIES:
        assert featurise(rows, norfolk.record, viewer=agency).height == 1
