"""The card: whole points for each kind of concern, fewer as its newest record ages, added up.

Of each line the newest record counts, so any score is an exact sum over dated events that a reader can redo
by hand. Points never rise as a record grows older and are never negative, by construction; only a completed
assessment that found no cause may lower a score, and only for half a year. A no-further-action changes
nothing: deciding not to look is no evidence. The risk is read from a table that was counted (`risk_table`).

Ustun and Rudin (2019), Journal of Machine Learning Research 20:150 (points and a risk table).
"""

import json
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import polars as pl
from markupsafe import Markup

from risk.core.arrays import Floats, Ints
from risk.core.bounded import read_text
from risk.core.errors import InputError
from risk.core.kinds import INVENTED, NOT_FOR_DECISIONS
from risk.model.card_file import CARD_SCHEMA, parsed
from risk.model.explanation import explained
from risk.model.features import BAND_ENDS_DAYS, BAND_LABELS, LINE_NAMES, LINES, has_features, newest_band

SHIPPED: Final = files("risk.model") / "cards" / "england_2014.json"


@dataclass(frozen=True, eq=False, repr=False)
class Card:
    """Points per line and band of age, and the table from their sum to a share of children.

    points: whole numbers, (lines, bands) in the order of `features.LINES`. risk: the table from score to
    probability, one row a range of scores. trained_on: on what it was fitted, with a content hash.
    max_points and seed: those of the `CumulativeScorecard` that made it.

    >>> card = risk.Card.shipped()
    >>> card.points_at(0.2)
    26
    """

    points: Ints
    risk: pl.DataFrame
    trained_on: dict[str, Any]
    max_points: int = 20
    seed: int = 0

    def scores(self, at: pl.DataFrame) -> Ints:
        """Return each row's score: the whole-number sum of the points of the newest record on each line.

        at: a landmark table with features. Raises InputError without them.
        """
        check_has_features(at)
        total = np.zeros(at.height, np.int32)
        for worth, line in zip(self.points, LINE_NAMES, strict=True):
            if worth.any():
                total += np.append(worth, 0).astype(np.int32).take(newest_band(at, line))
        return total.astype(np.int64)

    def score_table(self, at: pl.DataFrame) -> pl.DataFrame:
        """Return `at` with `points`, `p_warranted`, and `p_low` and `p_high`, its 95 % interval."""
        points = self.scores(at)
        return at.with_columns(
            pl.Series("points", points, pl.Int32),
            *(pl.Series(c, read_off(self.risk, points, c)) for c in ("p_warranted", "p_low", "p_high")),
        )

    def probability(self, points: Floats | Ints | int) -> Floats:
        """Return the probability that goes with a score, never lower for a higher one."""
        return read_off(self.risk, points)

    def points_at(self, probability: float) -> int | None:
        """Return the lowest score whose probability is at least `probability`; null if none reaches it."""
        scores = np.arange(int(self.risk["points_from"].min()), int(self.risk["points_to"].max()) + 1)  # type: ignore[arg-type]
        reached = scores[self.probability(scores) >= probability]
        return int(reached[0]) if len(reached) else None

    def explain(self, known: pl.DataFrame, day: date) -> pl.DataFrame:
        """Return event_id, points and falls_on of each event known of a child by a day: an exact sum.

        known: one child's rows of `features.known_events`, of any viewer. falls_on is the day from which the
        event counts for less by its age; null for one that counts for nothing, such as a no-further-action.
        """
        return explained(self.points, known, day)

    def table(self) -> pl.DataFrame:
        """Return the whole card: one row a line that carries points, one column a band of age."""
        rows = [
            (line.label, *worth.tolist())
            for line, worth in zip(LINES, self.points, strict=True)
            if worth.any()
        ]
        return pl.DataFrame(rows, schema=["line", *BAND_LABELS], orient="row").sort(
            BAND_LABELS[0], BAND_LABELS[1], descending=True, maintain_order=True
        )

    def notes(self) -> list[str]:
        """Return a sentence on each line with points whose name alone does not say what counts on it."""
        return [
            f"{line.label}: {line.about}."
            for line, worth in zip(LINES, self.points, strict=True)
            if line.about and worth.any()
        ]

    def risk_table(self) -> pl.DataFrame:
        """Return how a sum of points reads as a risk, with its 95 % interval: one row a range of scores."""
        columns = ("points_from", "points_to", "p_warranted", "p_low", "p_high", "child_landmarks")
        return self.risk.select(*columns, "warranted")

    def __repr__(self) -> str:
        lines = int(self.points.any(axis=1).sum())
        return f"Card of {lines} lines, at most {self.max_points} points a line; card.table() shows it whole"

    def _repr_html_(self) -> str:
        """Return the whole card as a notebook shows it."""
        with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_hide_dataframe_shape=True, fmt_str_lengths=100):
            # Polars has written these as HTML, and has escaped what is in them.
            tables = [Markup(table._repr_html_()) for table in (self.table(), self.risk_table())]
        notes = Markup("<br>").join(self.notes())
        return Markup("{}<p>{}</p>{}<p>{}</p>").format(tables[0], notes, tables[1], NOT_FOR_DECISIONS)

    def to_json(self) -> str:
        """Return the card as a text that `from_json` reads back: everything, and nothing but numbers."""
        return json.dumps(
            {
                "schema": CARD_SCHEMA,
                "about": INVENTED,
                "max_points": self.max_points,
                "seed": self.seed,
                "band_ends_days": list(BAND_ENDS_DAYS),
                "lines": list(LINE_NAMES),
                "points": dict(zip(LINE_NAMES, self.points.tolist(), strict=True)),
                "risk": self.risk.to_dicts(),
                "trained_on": self.trained_on,
            },
            indent=1,
        )

    @classmethod
    def from_json(cls, text: str, source: str = "card") -> Self:
        """Return the card in a text. Raises InputError for another version or a broken field, naming it."""
        file = parsed(text, source)
        return cls(
            points=np.array(file.whole()),
            risk=pl.DataFrame([row.model_dump() for row in file.risk]),
            trained_on=file.trained_on,
            max_points=file.max_points,
            seed=file.seed,
        )

    @classmethod
    def shipped(cls) -> Self:
        """Return the card that comes with the package, fitted to a simulated england_2014 cohort.

        Its `trained_on` says on what; MODEL_CARD.md says with which command.
        """
        return cls.from_json(SHIPPED.read_text(encoding="utf-8"), source="the shipped card")

    @classmethod
    def read(cls, path: Path | str) -> Self:
        """Return the card in a file. Raises InputError if there is none or it is broken."""
        return cls.from_json(read_text(path, too_large="a card is a small text"), source=str(path))


def as_card(given: Any) -> Card:
    """Return the card that was given, or the one that a fitted `CumulativeScorecard` holds.

    Raises InputError for anything else, and for a scorecard that was not fitted, or to plain columns.
    """
    if isinstance(given, Card):
        return given
    if isinstance(card := getattr(given, "card_", None), Card):
        return card
    if hasattr(given, "points_"):
        raise InputError("this card is one of plain columns; fit it to a landmark table with features first")
    what = type(given).__name__
    if hasattr(given, "fit"):
        what = f"a {what} that was not fitted" if hasattr(given, "max_points") else f"a {what}"
    raise InputError(f"a card is needed, not {what}: Card.shipped(), or CumulativeScorecard().fit(rows)")


def check_has_features(at: Any) -> None:
    """Raise InputError unless `at` is a landmark table with the features that a card reads."""
    if not isinstance(at, pl.DataFrame) or not has_features(at):
        raise InputError(
            "a card that was fitted to a landmark table scores landmark tables with features only: call "
            "featurise first"
        )


def read_off(table: pl.DataFrame, points: Floats | Ints | float, column: str = "p_warranted") -> Floats:
    """Return the probability that goes with a score, never lower for a higher one.

    Between the rows of the table it is read off a straight line in log-odds; beyond its ends it stays what
    it is there. column: p_warranted, or an end of its interval.
    """
    at_points, p = table["mean_points"].to_numpy(), table[column].to_numpy()
    between = np.interp(np.asarray(points, np.float64), at_points, np.log(p / (1 - p)))
    chance: Floats = 1 / (1 + np.exp(-between))
    return chance
