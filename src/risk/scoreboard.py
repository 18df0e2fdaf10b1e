"""The scoreboard: an evaluation as tables that a person reads and as JSON that a script reads."""

from collections.abc import Iterable
from typing import Any, Final

import polars as pl
from rich import box
from rich.markup import escape
from rich.table import Table

from risk.console import out, say
from risk.evaluate import (
    FALSE_ALARM_RATES,
    HEADLINE,
    NOT_BOUNDED,
    RATIO_WORDS,
    RATIOS,
    THRESHOLDS,
    ratio_to_incident,
)
from risk.groups import GROUP_WORDS, GROUPS
from risk.judges import JUDGES
from risk.remedies import IN_WORDS, REMEDIES

OVERALL: Final = (
    "auc",
    "average_precision",
    "brier",
    "calibration_slope",
    "calibration_intercept",
)
AT_A_LINE: Final = (
    "detection",
    "positive_predictive_value",
    "restricted_mean_delay_weeks",
    "false_alarms_per_child_year",
    "assessments_per_1000_child_years",
)
AT_PRICE: Final = ("false_alarms_per_child_year", "detection", "assessments_per_1000_child_years")
FIGURES: Final = {
    "AUC": ("auc", None),
    "average precision": ("average_precision", None),
    "Brier score": ("brier", None),
    "slope": ("calibration_slope", None),
    "net benefit": ("net_benefit", HEADLINE),
    "onsets found": ("detection", HEADLINE),
    "alarms right": ("positive_predictive_value", HEADLINE),
    "weeks late": ("restricted_mean_delay_weeks", HEADLINE),
}
NAMES: Final = JUDGES | REMEDIES
LEARNED_FROM: Final = {"card": "Card of true need"}
ROOMY: Final = 100
FAULT: Final = "a leak, or a wrong filter"

Measure = dict[str, float | None]


def as_models(measures: pl.DataFrame) -> dict[str, Any]:
    """Return what `evaluate` found as JSON has it: one object a judge, each measure with its interval.

    Detection, positive predictive value and delay stand at the headline rate of false alarms, net benefit at
    the headline threshold, false_alarms_per_child_year at the price's line; `at`, `at_price` and
    `net_benefit_at` hold them at all.
    """
    return {judge: _model(measures.filter(pl.col("judge") == judge)) for judge in judges(measures)}


def _model(its: pl.DataFrame) -> dict[str, Any]:
    found = _by_place(its)

    def at_line(at: float | None) -> dict[str, Any]:
        return {"line": found["line", at]["value"]} | {name: found[name, at] for name in AT_A_LINE}

    headline = {name: found[name, HEADLINE] for name in AT_A_LINE if "_per_" not in name}
    return {
        "label": its["label"][0],
        **{name: found[name, None] for name in OVERALL},
        "net_benefit": found["net_benefit", HEADLINE],
        **headline,
        **{name: found[name, None] for name in AT_A_LINE if "_per_" in name},
        **{name: found[name, None] for name in RATIOS if (name, None) in found},
        "above_ceiling": bool(above(its).height),
        "at": [{"false_alarms_allowed": rate, **at_line(rate)} for rate in FALSE_ALARM_RATES],
        "at_price": at_line(None),
        "net_benefit_at": {str(at): found["net_benefit", at] for at in THRESHOLDS},
    }


def judges(measures: pl.DataFrame) -> list[str]:
    """Return the judges in a table of measures, in its order."""
    return measures["judge"].unique(maintain_order=True).to_list()


def above(measures: pl.DataFrame) -> pl.DataFrame:
    """Return the measures that are ratios above 1 by more than two standard errors."""
    return measures.filter(pl.col("above_ceiling").fill_null(False))


def is_fault(measures: pl.DataFrame, ceiling_is_exact: bool) -> bool:
    """Return whether a ratio is above 1 that cannot be, but by a fault of ours."""
    return ceiling_is_exact and bool(above(measures).filter(~pl.col("measure").is_in(NOT_BOUNDED)).height)


def said_of_faults(measures: pl.DataFrame, ceiling_is_exact: bool) -> list[str]:
    """Return a sentence for each ratio above 1 by more than two standard errors: what it is and means."""
    best = "ceiling" if ceiling_is_exact else "reference"
    return [
        f"{row['label']}: {RATIO_WORDS[row['measure']]} is {row['value']:.3f} of the {best}'s, above 1 by "
        f"{(row['value'] - 1) / row['standard_error']:.1f} standard errors; "
        f"{_meaning(row['measure'], ceiling_is_exact)}."
        for row in above(measures).iter_rows(named=True)
    ]


def _meaning(ratio: str, ceiling_is_exact: bool) -> str:
    if not ceiling_is_exact:
        return "the reference is not exact in this scenario, so this is no fault by itself"
    if ratio in NOT_BOUNDED:
        return "the ceiling knows each day's answer best, not first onsets, so this is no fault by itself"
    return (
        f"no judge that reads the record can know more than the ceiling, so this is a fault of ours: {FAULT}"
    )


def _by_place(its: pl.DataFrame) -> dict[tuple[str, float | None], Measure]:
    return {
        (row["measure"], row["at"]): {name: row[name] for name in ("value", "low", "high")}
        for row in its.iter_rows(named=True)
    }


def print_measures(measures: pl.DataFrame, test: pl.DataFrame, price: float) -> None:
    """Print how good the judges are, as figures and as ratios to the ceiling, and on how many children."""
    answered = test["warranted"].drop_nulls()
    share = float(answered.to_numpy().mean()) if answered.len() else 0.0
    board(
        f"How good, on {test['household_id'].n_unique():,} households not seen before: "
        f"{answered.len():,} child-landmarks, {share:.1%} warranted",
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
    say(
        f"Net benefit at {HEADLINE}. Onsets found within 12 weeks either side, alarms right and weeks late "
        f"(at most 52, also for those never found) at up to {HEADLINE} false alarms a child-year."
    )
    _say_of_card(measures, price)


def _say_of_card(measures: pl.DataFrame, price: float) -> None:
    card = _by_place(measures.filter(pl.col("judge") == "card"))
    false, found, asked = (card[name, None]["value"] for name in AT_PRICE)
    say(
        f"At a price of {price:g}, which draws the line where 1 in {price:g} is warranted, the card asks for "
        f"{_number(asked)} assessments per 1,000 child-years, raises {_number(false)} false alarms a "
        f"child-year and finds {_number(found)} of onsets."
    )
    ratio = ratio_to_incident(measures)
    if ratio is not None:
        say(f"Average precision: {ratio:.1f} times that of judging the worst incident alone.\n")


def _labelled(measures: pl.DataFrame) -> Iterable[tuple[str, dict[tuple[str, float | None], Measure]]]:
    for judge in judges(measures):
        its = measures.filter(pl.col("judge") == judge)
        yield its["label"][0], _by_place(its)


def _ratio(its: Measure, name: str, measures: pl.DataFrame, label: str) -> str:
    if its["value"] is None:
        return "–"
    fault = above(measures).filter(pl.col("label") == label, pl.col("measure") == name).height
    between = "" if its["low"] is None else f"\n{its['low']:.2f}–{its['high']:.2f}"
    return f"{'✗ ' if fault else ''}{its['value']:.2f}{between}"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"


def as_groups(found: pl.DataFrame) -> dict[str, Any]:
    """Return what `groups.by_group` found as JSON has it: a judge's whole, and its rows by group."""
    document: dict[str, Any] = {}
    for row in found.iter_rows(named=True):
        its = document.setdefault(row["judge"], {"label": NAMES[row["judge"]], "groups": {}})
        if row["judge"] in IN_WORDS:
            its["about"] = IN_WORDS[row["judge"]]
        place = its if row["by"] is None else its["groups"].setdefault(row["group"], {"by": row["by"]})
        place[row["measure"]] = {name: row[name] for name in ("value", "low", "high")}
    return document


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


def as_labels(need: pl.DataFrame, recorded: pl.DataFrame, hidden: pl.DataFrame) -> dict[str, Any]:
    """Return what `surveillance` found as JSON has it: both cards by both labels, and whom one misjudges."""
    return {
        "judged_on_true_need": as_models(need),
        "judged_on_recorded_outcomes": {
            judge: {name: model[name] for name in ("label", "auc", "average_precision", "brier")}
            for judge, model in as_models(recorded).items()
        },
        "hidden_and_misjudged": hidden.to_dicts(),
    }


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
        table.add_column(escape(column), justify="right", width=width)
    for label, cells in rows.items():
        table.add_row(escape(label), *(escape(cell) for cell in cells))
    say(title, style="bold")
    out.print(table)
