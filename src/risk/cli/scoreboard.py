"""The scoreboard: an evaluation as tables that a person reads and as JSON that a script reads."""

from collections.abc import Iterable
from typing import Any, Final

import polars as pl
from rich import box
from rich.table import Table
from rich.text import Text

from risk.cli.console import out, say
from risk.core.wording import frequency, of_ten, what_a_line_finds
from risk.evaluation.groups import GROUP_WORDS, GROUPS
from risk.evaluation.judging import (
    HEADLINE,
    RATIO_WORDS,
    RATIOS,
    ratio_to_incident,
)
from risk.evaluation.kinds_of_harm import KINDS, each_kind
from risk.evaluation.mitigation import IN_WORDS
from risk.evaluation.results import NAMES, Measure, _by_place, above, as_groups, as_models, judges

AT_PRICE: Final = ("false_alarms_per_child_year", "detection", "assessments_per_1000_child_years")
FIGURES: Final = {
    "AUC": ("auc", None),
    "average precision": ("average_precision", None),
    "Brier score": ("brier", None),
    "slope": ("calibration_slope", None),
    "net benefit": ("net_benefit", HEADLINE),
    "onsets found": ("detection", HEADLINE),
    "alarms right": ("positive_predictive_value", HEADLINE),
}
WARNING: Final = {
    "warned before": "warned_before",
    "by chance": "warned_by_chance",
    "of warranted time": "warranted_time_warned",
    "of other time": "other_time_warned",
    "weeks late, median": "median_delay_weeks",
}
KIND_TITLES: Final = {
    "today": "Harm today: how well a judge sees what is there",
    "to_come": "Harm to come: how well a judge predicts what is not there yet and comes within 12 weeks",
}
OF_A_KIND: Final = (
    *("AUC", "average precision"),
    *("AUC above a half, of the ceiling's", "average precision, of the ceiling's"),
)
LEARNED_FROM: Final = {"card": "Card of true need"}
ROOMY: Final = 100


def print_measures(measures: pl.DataFrame, test: pl.DataFrame, price: float) -> None:
    """Print how good the judges are, as figures and as ratios to the ceiling, and on how many children."""
    answered = test["warranted"].drop_nulls()
    share = float(answered.to_numpy().mean()) if answered.len() else 0.0
    board(
        f"How good, on {test['household_id'].n_unique():,} households not seen before: "
        f"{answered.len():,} child-landmarks, {frequency(share)} warranted",
        list(FIGURES),
        {
            label: [_number(its.get(place, {}).get("value")) for place in FIGURES.values()]
            for label, its in _labelled(measures)
        },
    )
    if measures["measure"].is_in(RATIOS).any():
        best = measures.filter(pl.col("judge") == "ceiling")["label"][0]
        board(
            f"As a share of what {best.split(':')[0].lower()} reaches on the same rows, with 95 % intervals",
            list(RATIO_WORDS.values()),
            {
                label: [_ratio(its[name, None], name, measures, label) for name in RATIO_WORDS]
                for label, its in _labelled(measures)
                if ("ap_ratio", None) in its
            },
        )
    _print_kinds(measures)
    _say_how_many(test)
    _print_warning(measures)
    _say_of_card(measures, price)


def _print_kinds(measures: pl.DataFrame, names: dict[str, str] | None = None) -> None:
    """Print how well each kind of harm is told from neither, a table each; to foresee is of the second."""
    models = as_models(measures)
    for kind, title in KIND_TITLES.items():
        shown = {
            (names or {}).get(judge, model["label"]): [
                *(_number(of[measure]["value"]) for measure in ("auc", "average_precision")),
                *(_between(of[ratio]) if ratio in of else "–" for ratio in ("auc_skill", "ap_ratio")),
            ]
            for judge, model in models.items()
            if (of := model.get(f"harm_{kind}"))
        }
        if shown:
            board(title, list(OF_A_KIND), shown)


def _say_how_many(rows: pl.DataFrame) -> None:
    answered = rows.filter(pl.col("warranted").is_not_null())
    n = {kind: int(answer.sum()) for kind, _, answer in each_kind(answered)}
    if n and answered.height:
        today, to_come = (frequency(n[kind] / answered.height) for kind in KINDS)
        say(
            f"Of child-landmarks, {today} ({n['today']:,}) are in harm that day, and {to_come} "
            f"({n['to_come']:,}) come to it within 12 weeks; each kind is judged against those with neither."
        )


def _print_warning(measures: pl.DataFrame) -> None:
    say(
        f"Net benefit at {HEADLINE}. Onsets found within 12 weeks either side and alarms right at up to "
        f"{HEADLINE} false alarms a child-year."
    )
    board(
        f"How early, at up to {HEADLINE} false alarms a child-year",
        list(WARNING),
        {
            label: [_number(its.get((name, HEADLINE), {}).get("value")) for name in WARNING.values()]
            for label, its in _labelled(measures)
        },
    )
    say(
        "Warned before: share of onsets with an alarm in the 12 weeks before. By chance: the same of all "
        "child-time, which is what as many alarms that know nothing would reach. Weeks late, median: after "
        "so many, half of those who came to harm had an alarm; – where half had none within 52 weeks."
    )


def _how_early(card: dict[tuple[str, float | None], Measure]) -> str:
    before, chance, warranted, other = (card[name, HEADLINE]["value"] for name in list(WARNING.values())[:4])
    return (
        f"The card, at up to {HEADLINE} false alarms a child-year: of ten who came to harm {of_ten(before)} "
        f"had an alarm in the 12 weeks before it began; by chance alone it would be {of_ten(chance)}. Of ten "
        f"weeks in which an assessment was warranted {of_ten(warranted)} fell within 12 weeks of an alarm, "
        f"and of ten other weeks {of_ten(other)}."
    )


def _say_of_card(measures: pl.DataFrame, price: float) -> None:
    for sentence in _said_of_card(measures, price):
        say(sentence)


def _said_of_card(measures: pl.DataFrame, price: float) -> list[str]:
    """Return what a card asks for and finds at its line, and how it compares with the last weeks alone."""
    card = _by_place(measures.filter(pl.col("judge") == "card"))
    false, found, asked = (card[name, None]["value"] for name in AT_PRICE)
    that_day, needed = (card[f"needed_{when}", None]["value"] for when in ("that_day", "within_12_weeks"))
    sentences = [
        _how_early(card),
        f"At a price of {price:g}, which draws the line where 1 in {price:g} is warranted, the card asks for "
        f"{_number(asked)} assessments per 1,000 child-years, raises {_number(false)} false alarms a "
        f"child-year and finds {_number(found)} of onsets. {what_a_line_finds(that_day, needed, found)}",
    ]
    ratio = ratio_to_incident(measures)
    if ratio is not None:
        sentences.append(
            f"Average precision: {ratio:.1f} times that of the best reading of the last four weeks alone."
        )
    return sentences


def measures_in_brief(
    measures: pl.DataFrame, test: pl.DataFrame, price: float
) -> list[tuple[str, list[str]]]:
    """Return how good the card is as headings and sentences: on whom, at its line, and beside the others."""
    answered = test["warranted"].drop_nulls()
    share = float(answered.to_numpy().mean()) if answered.len() else 0.0
    precision = [
        f"{label} {_number(its.get(('average_precision', None), {}).get('value'))}."
        for label, its in _labelled(measures)
    ]
    of_ceiling = [
        f"{label} {_number(its['ap_ratio', None]['value'])}."
        for label, its in _labelled(measures)
        if ("ap_ratio", None) in its
    ]
    return [
        (
            "On whom",
            [
                f"{test['household_id'].n_unique():,} households not seen before: {answered.len():,} "
                f"child-landmarks, {share:.1%} warranted."
            ],
        ),
        ("At the line", _said_of_card(measures, price)),
        ("Precision", precision),
        ("Of the ceiling's", of_ceiling),
    ]


def _labelled(measures: pl.DataFrame) -> Iterable[tuple[str, dict[tuple[str, float | None], Measure]]]:
    for judge in judges(measures):
        its = measures.filter(pl.col("judge") == judge)
        yield its["label"][0], _by_place(its)


def _ratio(its: Measure, name: str, measures: pl.DataFrame, label: str) -> str:
    if its["value"] is None:
        return "–"
    fault = above(measures).filter(pl.col("label") == label, pl.col("measure") == name).height
    between = "" if its["low"] is None else f"\n{its['low']:.2f}–{its['high']:.2f}"
    return f"{'✗ above ' if fault else ''}{its['value']:.2f}{between}"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"


def print_groups(found: pl.DataFrame, rate: float) -> None:
    """Print what a line does to children seen more or less, and what the remedies change and cost."""
    document = as_groups(found)
    shown = {its["label"]: its for its in document.values()}
    for measure, title in (
        ("false_alarms_per_child_year", "False alarms a child-year, at the same mixture of family types"),
        ("detection", "Share of onsets found within 12 weeks"),
    ):
        board(
            f"{title}, with one line at {rate} false alarms a child-year for all",
            [GROUP_WORDS.get(name, name) for names in GROUPS.values() for name in names],
            {
                label: [_number(group[measure]["value"]) for group in its["groups"].values()]
                for label, its in shown.items()
            },
        )
    board(
        "Much seen to seen: how many times the false alarms, and what that costs, with 95 % intervals",
        ["times the false alarms", "average precision", "more than the card's"],
        {
            label: [_between(its[m]) for m in ("false_alarm_ratio", "average_precision")]
            + [_between(its["average_precision_change"])]
            for label, its in shown.items()
        },
    )
    for name, words in IN_WORDS.items():
        if name in document:
            say(f"• {NAMES[name]}: {words}.")
    say(
        "Visibility is drawn apart from harm, so more false alarms come of being looked at; deprivation is "
        "not, since struggling families live in poorer places (decile 1 is the poorest).\n"
    )


def print_labels(need: pl.DataFrame, recorded: pl.DataFrame, hidden: pl.DataFrame) -> None:
    """Print the card of true need against the card of recorded outcomes, and what that label hides."""
    on_need, on_record = as_models(need), as_models(recorded)
    columns = ["auc", "average_precision", "detection", "auc_skill", "ap_ratio", "detection_ratio"]
    board(
        "Learned from true need, or from recorded outcomes: judged on true need",
        [
            *("AUC", "average precision", "onsets found"),
            *(f"{RATIO_WORDS[ratio]}, of the ceiling" for ratio in columns[3:]),
        ],
        {
            LEARNED_FROM.get(judge, model["label"]): [
                _number(model[name]["value"] if name in model else None) for name in columns
            ]
            for judge, model in on_need.items()
        },
    )
    _print_kinds(need, LEARNED_FROM)
    board(
        "The same cards judged on recorded outcomes, on the same rows",
        ["AUC", "average precision"],
        {
            LEARNED_FROM.get(judge, model["label"]): [_number(model[name]["value"]) for name in columns[:2]]
            for judge, model in on_record.items()
        },
    )
    rows: dict[str, list[str]] = {}
    for row in hidden.iter_rows(named=True):
        name = GROUP_WORDS.get(row["group"], row["group"]) or "all"
        rows.setdefault(name, []).append(_percent(row))
    board(
        "What a recorded outcome within a year hides, and whom it misjudges, with 95 % intervals",
        ["warranted, none recorded", "not warranted, one recorded"],
        rows,
    )
    say(
        "A recorded outcome is a section 47 enquiry, a child protection plan or leaving home within a year. "
        "Shares are of child-landmarks.\n"
    )


def _between(its: Measure) -> str:
    if its["value"] is None:
        return "–"
    return f"{its['value']:.2f}" + ("" if its["low"] is None else f"\n{its['low']:.2f}–{its['high']:.2f}")


def _percent(its: dict[str, Any]) -> str:
    if its["value"] is None:
        return "–"
    return f"{its['value']:.1%}" + ("" if its["low"] is None else f"\n{its['low']:.1%}–{its['high']:.1%}")


def board(title: str, columns: list[str], rows: dict[str, list[str]]) -> None:
    """Print a table of figures, one row a name, as close together as the width asks: 80 columns will do."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1 if out.width >= ROOMY else 0))
    table.add_column("")
    for column, *below in zip(columns, *rows.values(), strict=True):
        # A heading takes as many lines as it has words, so that a column is as narrow as its figures.
        width = max(len(word) for text in (column, *below) for word in text.split())
        table.add_column(Text(column), justify="right", width=width)
    for label, cells in rows.items():
        table.add_row(Text(label), *(Text(cell) for cell in cells))
    say(title, style="bold")
    out.print(table)
