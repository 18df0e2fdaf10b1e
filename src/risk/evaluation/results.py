"""The results: an evaluation as tables of named measures and as JSON that a script reads."""

from typing import Any, Final

import polars as pl

from risk.evaluation.judges import JUDGES
from risk.evaluation.judging import (
    ALL_RATIO_WORDS,
    FALSE_ALARM_RATES,
    HEADLINE,
    NOT_BOUNDED,
    RATIOS,
    THRESHOLDS,
)
from risk.evaluation.kinds_of_harm import KINDS
from risk.evaluation.mitigation import IN_WORDS, REMEDIES

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
    "needed_that_day",
    "needed_within_12_weeks",
    "restricted_mean_delay_weeks",
    "median_delay_weeks",
    "warned_before",
    "warned_by_chance",
    "warranted_time_warned",
    "other_time_warned",
    "false_alarms_per_child_year",
    "assessments_per_1000_child_years",
)


NAMES: Final = JUDGES | REMEDIES


FAULT: Final = "a leak, or a wrong filter"


Measure = dict[str, float | None]


def as_models(measures: pl.DataFrame) -> dict[str, Any]:
    """Return what `measured` found as JSON has it: one object a judge, each measure with its interval.

    Detection, positive predictive value and delay stand at the headline rate of false alarms, net benefit at
    the headline threshold, false_alarms_per_child_year at the price's line; `at`, `at_price` and
    `net_benefit_at` hold them at all. harm_today and harm_to_come: auc, average_precision and their ratios to
    the ceiling of either kind of harm, where rows say which it is.
    """
    return {judge: _model(measures.filter(pl.col("judge") == judge)) for judge in judges(measures)}


def _model(rows: pl.DataFrame) -> dict[str, Any]:
    figures = _by_place(rows)

    def at_line(at: float | None) -> dict[str, Any]:
        return {"line": figures["line", at]["value"]} | {name: figures[name, at] for name in AT_A_LINE}

    headline = {name: figures[name, HEADLINE] for name in AT_A_LINE if "_per_" not in name}
    return {
        "label": rows["label"][0],
        **{name: figures[name, None] for name in OVERALL},
        "net_benefit": figures["net_benefit", HEADLINE],
        **headline,
        **{name: figures[name, None] for name in AT_A_LINE if "_per_" in name},
        **{name: figures[name, None] for name in RATIOS if (name, None) in figures},
        **{f"harm_{kind}": of for kind in KINDS if (of := _of_kind(figures, kind))},
        "above_ceiling": bool(above(rows).height),
        "at": [{"false_alarms_allowed": rate, **at_line(rate)} for rate in FALSE_ALARM_RATES],
        "at_price": at_line(None),
        "net_benefit_at": {str(at): figures["net_benefit", at] for at in THRESHOLDS},
    }


def _of_kind(figures: dict[tuple[str, float | None], Measure], kind: str) -> dict[str, Measure]:
    names = ("auc", "average_precision", "auc_skill", "ap_ratio")
    return {name: figures[place] for name in names if (place := (f"{name}_{kind}", None)) in figures}


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
        f"{row['label']}: {ALL_RATIO_WORDS[row['measure']]} is {row['value']:.3f} of the {best}'s, above 1 "
        f"by {(row['value'] - 1) / row['standard_error']:.1f} standard errors; "
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


def _by_place(rows: pl.DataFrame) -> dict[tuple[str, float | None], Measure]:
    return {
        (row["measure"], row["at"]): {name: row[name] for name in ("value", "low", "high")}
        for row in rows.iter_rows(named=True)
    }


def as_groups(measures: pl.DataFrame) -> dict[str, Any]:
    """Return what `groups.by_group` found as JSON has it: a judge's whole, and its rows by group."""
    document: dict[str, Any] = {}
    for row in measures.iter_rows(named=True):
        of_judge = document.setdefault(
            row["judge"], {"label": NAMES.get(row["judge"], row["judge"]), "groups": {}}
        )
        if row["judge"] in IN_WORDS:
            of_judge["about"] = IN_WORDS[row["judge"]]
        place = (
            of_judge if row["by"] is None else of_judge["groups"].setdefault(row["group"], {"by": row["by"]})
        )
        place[row["measure"]] = {name: row[name] for name in ("value", "low", "high")}
    return document


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
