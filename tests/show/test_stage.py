"""The stage of a pack, as a class sees it: one screen, keys that never die, and nothing of the answer before it."""

import json
import random
import re
from datetime import date, timedelta

import polars as pl
import pytest

import browsing
from browsing import ARTIFACTS, offline, opened_browser, violations
from risk.reviews.report import headline
from risk.show.charts.layout import records, whose
from risk.show.charts.one_child import WIDTH
from risk.show.packs.lesson import lesson_names, of_chronology, read_lesson, told
from risk.show.packs.one_page import pack
from risk.show.packs.stops import stops

pytestmark = browsing.NEEDED

HOSTILE = "</script><script>document.title = 'ran'</script><img src=x onerror=\"document.title = 'ran'\">"
LONG = 300
"""So many records has the chronology of one's own."""
SIZES = ((1366, 768), (1920, 1080))


@pytest.fixture(scope="module")
def browser():
    with opened_browser() as opened:
        yield opened


def hostile(file):
    """A chronology of one's own in which every free text is hostile."""
    rows = ["date,agency,kind,what,source"]
    rows += [
        f'2014-06-{day:02},school,hunger,"{HOSTILE.replace(chr(34), chr(34) * 2)}","=1+1"'
        for day in range(1, 9)
    ]
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")


def long(file):
    """A chronology of one's own with many records, of agencies that come one after the other."""
    draw, on = random.Random(1), date(2012, 1, 3)
    agencies = ("police", "school", "gp", "health_visitor", "housing", "nursery", "hospital", "public")
    kinds = ("domestic_abuse", "hunger", "home_conditions", "school_absence", "missed_appointment")
    rows = ["date,agency,kind,what"]
    for n in range(LONG):
        on += timedelta(days=draw.choice((1, 2, 3, 5, 9, 14)))
        rows.append(f"{on},{draw.choice(agencies[: 1 + n // 38])},{draw.choice(kinds)},Number {n} was noted")
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")


OWN = {"hostile": hostile, "long": long}


@pytest.fixture(scope="module", params=[*lesson_names(), *OWN])
def a_pack(request, tmp_path_factory, card):
    """A pack on disk, with what it was made of."""
    folder, name = tmp_path_factory.mktemp("pack"), request.param
    if name in OWN:
        OWN[name](folder / f"{name}.csv")
    lesson = (
        of_chronology(str(folder / f"{name}.csv"), card) if name in OWN else told(read_lesson(name), card)
    )
    file = folder / f"{name}.html"
    file.write_text(pack(lesson), encoding="utf-8")
    return file, lesson


@pytest.fixture
def stage(browser, a_pack):
    """The pack as it opens, at the size of a common projector."""
    with open_at(browser, a_pack[0], *SIZES[0]) as tab:
        yield tab
        assert (tab.refused, tab.complaints) == ([], [])


class open_at:  # noqa: N801
    """A tab with a pack that has drawn its charts."""

    def __init__(self, browser, file, width, height):
        self.tab = offline(browser, file.parent.as_uri(), width=width, height=height)
        self.file = file

    def __enter__(self):
        tab = self.tab.__enter__()
        tab.goto(self.file.as_uri())
        drawn(tab)
        return tab

    def __exit__(self, *error):
        self.tab.__exit__(*error)


def drawn(tab):
    tab.wait_for_function(
        "document.querySelectorAll('svg.marks').length == document.querySelectorAll('figure').length"
    )
    tab.wait_for_timeout(60)


def days_of(lesson) -> int:
    return lesson.review.path.events["recorded_on"].n_unique()


def marks(tab, name: str = "records_drawn") -> int:
    return tab.locator(f"#stage svg .{name} > path, #stage svg .{name} > line").count()


def is_open(tab) -> bool:
    return tab.locator("#answer").is_visible()


def to_the_answer(tab, turn, lesson):
    """Turn every day of records, then the word before the answer, then open it."""
    for _ in range(days_of(lesson)):
        assert not is_open(tab)
        turn()
    assert tab.get_by_text("That is all that was written down.").is_visible()
    assert not is_open(tab)
    turn()
    assert is_open(tab)
    tab.wait_for_timeout(100)
    assert marks(tab) == lesson.review.path.events.height
    assert marks(tab, "line_drawn") == 1


def test_with_the_keyboard_alone_a_class_votes_and_comes_to_the_answer(stage, a_pack):
    lesson, at_stops = a_pack[1], stops(a_pack[1])
    for _ in range(at_stops[0].step - 1):
        stage.keyboard.press("PageDown")
    first = stage.locator(".stop[data-when=now] button[data-vote]").first
    while not first.evaluate("button => button === document.activeElement"):
        stage.keyboard.press("Tab")
    assert stage.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    stage.keyboard.press("Enter")
    stage.keyboard.press("Enter")
    stage.screenshot(path=ARTIFACTS / f"stage_{lesson.lesson.name}.png")
    assert stage.locator(".stop[data-when=now] input").first.input_value() == "2"
    # The keys go on from where the focus is, and back.
    stage.keyboard.press("Space")
    stage.keyboard.press("ArrowRight")
    stage.keyboard.press("ArrowLeft")
    stage.keyboard.press("PageUp")
    for _ in range(at_stops[0].step - 1):
        stage.keyboard.press("Shift+Space")
    keys = iter(["PageDown", "ArrowRight", "Space"] * (days_of(lesson) + 1))
    to_the_answer(stage, lambda: stage.keyboard.press(next(keys)), lesson)
    assert "0 of 2" in stage.locator("#answer [data-room]").first.inner_text()
    stage.screenshot(path=ARTIFACTS / f"stage_{lesson.lesson.name}_answer.png")
    assert stage.title() == lesson.lesson.title


def test_with_the_mouse_alone_a_class_votes_and_comes_to_the_answer(stage, a_pack):
    lesson = a_pack[1]
    stage.locator("#skip").click() if stops(lesson)[0].step > 1 else None
    stage.locator(".stop[data-when=now] button[data-vote]").last.click()
    while stage.locator("#back").get_attribute("aria-disabled") == "false":
        stage.locator("#back").click()
    button = stage.locator("#next")
    to_the_answer(stage, button.click, lesson)
    # Each step behind the answer is a screen of its own, the last of them the questions to talk about.
    panels = stage.locator(".panel").count()
    for n in range(panels):
        button.click()
        assert stage.locator(".panel:visible").count() == 1, n
    assert stage.get_by_role("heading", name="To talk about").is_visible()
    assert button.get_attribute("aria-disabled") == "true"


def before_the_answer(lesson, step: int) -> list[str]:
    """What may not be seen with so many days of records on the table."""
    review, drawn = lesson.review, records(lesson.review, width=WIDTH)
    said = set(drawn.filter(pl.col("step") <= step)["what"])
    later = drawn.filter(pl.col("step") > step)
    asked = {s.ask for s in stops(lesson) if s.step <= step}
    return [
        *[what for what in later["what"] if what not in said and not any(what in s for s in said)],
        *[s.ask for s in stops(lesson) if s.step > step and s.ask not in asked],
        *[s.answer for s in stops(lesson) if s.answer],
        *[headline(review), lesson.lesson.shows, *lesson.lesson.questions],
        *["n harm", "arm began", "hindsight", "false alarm", "line reached", "points of the whole card"],
        *["could be known", "the line,", "warranted"],
    ]


@pytest.mark.parametrize("media", ["screen", "print"])
def test_nothing_tells_the_answer_before_it_is_opened(stage, a_pack, media):
    lesson = a_pack[1]
    drawn_all = records(lesson.review, width=WIDTH)
    stage.emulate_media(media=media)
    for step in range(1, days_of(lesson) + 2):
        seen = drawn_all.filter(pl.col("step") <= step)
        stage.wait_for_function(
            "n => document.querySelectorAll('#stage svg .records_drawn > path').length === n", arg=seen.height
        )
        hindsight = (marks(stage, "spells_of_harm"), marks(stage, "line_drawn"), marks(stage, "dated_lines"))
        assert hindsight == (0, 0, 0)
        text = stage.locator("body").inner_text()
        if step % max(1, days_of(lesson) // 25) == 0:  # slow: of a long chronology not after every day
            text += stage.locator("body").aria_snapshot()
        told_early = [words for words in before_the_answer(lesson, step) if words in text]
        assert told_early == [], step
        rows = stage.locator("#stage svg .role-axis-label text").all_text_contents()
        agencies = set(drawn_all["held_by"])
        assert agencies & set(rows) == set(seen["held_by"])
        assert stage.locator("#whose li:not([hidden])").count() <= 2 + 1 + seen["whose"].n_unique()
        stage.keyboard.press("PageDown")
    assert headline(lesson.review) in stage.locator("body").inner_text()
    # Whoever goes back to the records closes it again.
    stage.keyboard.press("PageUp")
    assert headline(lesson.review) not in stage.locator("body").inner_text()


def test_the_axis_and_the_rows_of_a_day_are_the_same_whatever_is_written_later(card, tmp_path):
    file = tmp_path / "own.csv"
    rows = ["date,agency,kind,what", "2012-01-03,school,hunger,x", "2012-02-03,police,domestic_abuse,y"]
    more = [f"201{year}-05-01,gp,physical_harm,z" for year in range(3, 9)]
    found = []
    for text in (rows, rows + more):
        file.write_text("\n".join(text) + "\n", encoding="utf-8")
        page = pack(of_chronology(str(file), card))
        chart = json.loads(re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)[1])
        of = {d["name"]: d.get("values") for d in chart["data"]}
        found.append((of["extents"][:2], [r for r in of["records"] if r["step"] <= 2]))
    assert found[0] == found[1]


def test_every_state_is_accessible(stage, a_pack):
    lesson = a_pack[1]
    if lesson.lesson.name == "long":
        pytest.skip("its states are those of the others")
    steps, n_stop = days_of(lesson), stops(lesson)[0].step
    for place in range(1, steps + 3 + stage.locator(".panel").count()):
        if place in (1, n_stop, steps + 1) or place >= steps + 2:
            assert violations(stage) == [], place
        stage.keyboard.press("PageDown")
    for button in (
        "#whose summary",
        "#votes summary",
        "[data-view=chronology]",
        "[data-view=notes]",
        "#open-notes",
    ):
        stage.locator(button).click()
        assert violations(stage) == [], button


@pytest.mark.parametrize("size", SIZES)
def test_the_question_the_record_the_dates_and_the_vote_are_on_one_screen(browser, a_pack, size):
    file, lesson = a_pack
    width, height = size
    with open_at(browser, file, *size) as tab:
        for n, stop in enumerate(stops(lesson)):
            if n or stop.step > 1:
                tab.locator("#skip").click()
            tab.wait_for_timeout(80)
            for what in (
                *(".stop[data-when=now] legend", ".stop[data-when=now] .worry", "#next", ".about"),
                *(".reader [data-when=now]", ".stop[data-when=now] .vote >> nth=-1"),
                *("#stage svg .role-axis-label text >> nth=0", "#stage svg .today text >> nth=0"),
            ):
                box = tab.locator(what).first.bounding_box()
                assert box["y"] >= 0, what
                assert box["x"] >= 0, what
                assert box["y"] + min(box["height"], 60) <= height, (what, stop.number)
                assert box["x"] + box["width"] <= width, what
            assert tab.evaluate("document.documentElement.scrollHeight") <= height
            svg, place = (tab.locator(f"#stage {s}").bounding_box() for s in ("svg", ".drawing"))
            assert svg["height"] <= place["height"] + 1
            assert svg["height"] > 0.7 * height


def test_on_a_phone_nothing_is_wider_than_the_screen(browser, a_pack):
    file, lesson = a_pack
    with open_at(browser, file, 390, 844) as tab:
        for _ in range(stops(lesson)[0].step - 1):
            tab.keyboard.press("PageDown")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
        assert tab.locator("#next").bounding_box()["y"] < 844
        tab.screenshot(path=ARTIFACTS / f"stage_{file.stem}_phone.png", full_page=True)
        tab.locator("[data-view=notes]").click()
        tab.locator("#open-answer").click()
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
        assert tab.get_by_role("heading", name=headline(lesson.review)).is_visible()


@pytest.fixture
def willow(browser, tmp_path_factory, card):
    file = tmp_path_factory.mktemp("own") / "own.html"
    rows = [f"2014-0{month}-01,school,hunger,Number {month}" for month in range(1, 9)]
    own = file.with_suffix(".csv")
    own.write_text("date,agency,kind,what\n" + "\n".join(rows) + "\n", encoding="utf-8")
    file.write_text(pack(of_chronology(str(own), card)), encoding="utf-8")
    with open_at(browser, file, *SIZES[0]) as tab:
        tab.file = file
        yield tab
        assert (tab.refused, tab.complaints) == ([], [])


def count(tab, n: int = 0) -> str:
    return tab.locator(".stop[data-when=now] input").nth(n).input_value()


def place(tab) -> int:
    return tab.locator("#chronology tr:not([data-when=later])[data-step]").count()


def test_the_keys_of_a_clicker_work_wherever_the_focus_is(willow):
    willow.locator("#skip").click()
    for selector in (
        "#back",
        "#next",
        "#print",
        "#whose summary",
        "#votes summary",
        ".stop[data-when=now] button",
    ):
        for on, back in (("PageDown", "PageUp"), ("ArrowRight", "ArrowLeft"), ("Space", "Shift+Space")):
            was, votes = place(willow), count(willow)
            willow.locator(selector).first.focus()
            willow.keyboard.press(on)
            assert place(willow) == was + 1, (selector, on)
            willow.keyboard.press(back)
            assert (place(willow), count(willow)) == (was, votes), (selector, back)
    # Also with the focus on what is no longer there, after a vote.
    willow.locator(".stop[data-when=now] button[data-vote]").first.focus()
    willow.keyboard.press("Enter")
    was = place(willow)
    willow.keyboard.press("PageDown")
    willow.keyboard.press("PageDown")
    assert place(willow) == was + 2


def test_what_is_typed_into_a_field_is_typed_and_a_clicker_still_turns(willow):
    willow.locator("#skip").click()
    was = place(willow)
    field = willow.locator(".stop[data-when=now] input").first
    field.click()
    willow.keyboard.type("1 2")
    willow.keyboard.press("ArrowLeft")
    willow.keyboard.type("3")
    assert (field.input_value(), place(willow)) == ("132", was)
    willow.keyboard.press("PageDown")
    assert place(willow) == was + 1


@pytest.mark.parametrize(
    ("typed", "counted"), [("-5", "5"), ("", "0"), ("1e9", "19"), ("x", "0"), ("4000", "400")]
)
def test_votes_are_whole_numbers_from_nothing_up(willow, typed, counted):
    willow.locator("#skip").click()
    field = willow.locator(".stop[data-when=now] input").first
    field.click()
    willow.keyboard.press("Control+a")
    willow.keyboard.press("Delete")
    willow.keyboard.type(typed)
    willow.keyboard.press("Enter")
    assert count(willow) == counted


def test_a_vote_can_be_taken_back_and_no_further_than_to_nothing(willow):
    willow.locator("#skip").click()
    buttons = willow.locator(".stop[data-when=now] button[data-vote]")
    buttons.nth(1).click()
    buttons.nth(1).click()
    buttons.nth(10).click()
    willow.keyboard.press("Control+z")
    willow.keyboard.press("Control+z")
    assert (count(willow, 1), buttons.nth(10).locator("output").inner_text()) == ("1", "")
    for _ in range(3):
        willow.locator(".stop[data-when=now] [data-undo]").click()
    assert count(willow, 1) == "0"


def test_votes_and_place_outlive_a_reload_and_not_a_wipe(willow):
    willow.locator("#skip").click()
    willow.locator(".stop[data-when=now] button[data-vote]").nth(2).click()
    was = place(willow)
    willow.reload()
    drawn(willow)
    assert (place(willow), count(willow, 2)) == (was, "1")
    willow.locator("#votes summary").click()
    assert "in this browser on this computer" in willow.locator("#kept").inner_text()
    willow.locator("#wipe").click()
    assert count(willow, 2) == "1"  # only asked
    willow.locator("#wipe").click()
    assert count(willow, 2) == "0"
    willow.reload()
    drawn(willow)
    assert count(willow, 2) == "0"


def test_a_reload_never_opens_the_answer(willow):
    willow.locator("[data-view=notes]").click()
    willow.locator("#open-answer").click()
    assert is_open(willow)
    willow.reload()
    drawn(willow)
    assert not is_open(willow)


def test_a_key_that_is_held_down_does_not_open_the_answer(willow):
    for _ in range(20):
        willow.keyboard.down("PageDown")
    willow.keyboard.up("PageDown")
    assert not is_open(willow)
    willow.keyboard.press("PageDown")
    assert is_open(willow)


def test_votes_are_saved_to_a_file_of_the_stops_so_far(willow):
    willow.locator("#skip").click()  # the first stop is where it opens
    willow.locator(".stop[data-when=now] button[data-vote]").nth(3).click()
    willow.locator(".stop[data-when=now] button[data-vote=worry_7]").click()
    assert willow.locator(".stop").count() > 2
    willow.locator("#votes summary").click()
    with willow.expect_download() as download:
        willow.locator("#save").click()
    rows = pl.read_csv(download.value.path())
    assert rows.columns == ["stop", "records up to", "vote", "count"]
    assert rows["stop"].unique(maintain_order=True).to_list() == [1, 2]
    voted = rows.filter(pl.col("count") > 0).select("stop", "vote", "count").rows()
    assert voted == [(2, "Strategy discussion (section 47)", 1), (2, "worried 7 of 10", 1)]


def test_a_lesson_may_ask_for_two_answers_only(browser, card, tmp_path):
    file = tmp_path / "two.html"
    file.write_text(pack(told(read_lesson("norfolk_review"), card), votes="two"), encoding="utf-8")
    with open_at(browser, file, *SIZES[0]) as tab:
        assert tab.locator(".stop[data-when=now] .vote button").all_inner_texts() == ["Not yet", "Assess now"]


def test_a_pack_shows_what_one_agency_alone_knew(stage, a_pack):
    lesson = a_pack[1]
    events = lesson.review.path.events
    stage.locator("[data-view=notes]").click()
    stage.locator("#open-answer").click()
    viewer = next(v for v in lesson.review.triggered_for if v != "childrens_services")
    for shown, n in (
        (whose(viewer), events.filter(pl.col("agency") == viewer).height),
        ("Told to children's services", events["shared_on"].is_not_null().sum()),
    ):
        stage.locator("#whose summary").click()
        stage.locator(f'[data-viewer="{shown}"]').click()
        stage.wait_for_timeout(100)
        assert marks(stage) == n


def test_what_is_printed_is_what_is_shown_and_the_notes_only_when_they_are_open(stage, a_pack):
    lesson = a_pack[1]
    stage.emulate_media(media="print")

    def printed() -> str:
        return stage.locator("body").inner_text()

    assert "The chronology so far" in printed()
    assert "For the facilitator" not in printed()
    stage.emulate_media(media="screen")
    stage.locator("[data-view=notes]").click()
    stage.emulate_media(media="print")
    assert "What this case shows" not in printed()
    stage.locator("#open-notes").dispatch_event("click")
    assert "What this case shows" in printed()
    assert "The chronology so far" not in printed()
    assert all(s.answer in printed() for s in stops(lesson) if "<" not in s.answer)
    assert stage.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_on_invented_children_every_vote_and_the_line_is_judged_against_the_truth(stage, a_pack):
    lesson = a_pack[1]
    at_stops = stops(lesson)
    if at_stops[0].step > 1:
        stage.locator("#skip").click()
    votes = stage.locator(".stop[data-when=now] .vote button")
    votes.nth(0).click()
    votes.nth(3).click()
    votes.nth(3).click()
    stage.locator("[data-view=notes]").click()
    stage.locator("#open-answer").click()
    row = stage.locator("#answer tr[data-stop='1']")
    if not lesson.review.hindsight:
        assert "2 of 3" in row.inner_text()
        assert stage.locator("#answer .chip").count() == 0
        return
    warranted = row.get_attribute("data-warranted") == "yes"
    assert f"2 of 3 {'right' if warranted else 'false alarm'}" in row.inner_text()
    room = [int(n) for n in stage.locator("[data-score=room] td").all_inner_texts()]
    assert room == ([2, 0, 1] if warranted else [1, 2, 0])
    assert stage.locator("#answer td:last-child .chip").count() == len(at_stops)
    spells = marks(stage, "spells_of_harm")
    assert spells == len(lesson.review.harm_spells)
