"""The card file: a scorecard as JSON, numbers and words only, checked field by field when it is read.

A file says which lines its card has. A line that is added to the vocabulary later is one that an older card
has never heard of: what counts on it earns nothing there, and the card reads as it always did.
"""

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from risk.core.errors import InputError, shown
from risk.model.features import BAND_ENDS_DAYS, BANDS, LINE_NAMES, LINES, Line

CARD_SCHEMA: Final = "risk-scorecard/3"
EARLIER: Final = ("risk-scorecard/1", "risk-scorecard/2")
Score = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
Share = Annotated[float, Field(gt=0, lt=1)]


class RiskRow(BaseModel):
    """One row of the table from score to probability."""

    model_config = ConfigDict(extra="forbid", strict=True)

    points_from: Score
    points_to: Score
    mean_points: Annotated[float, Field(allow_inf_nan=False)]
    p_warranted: Share
    p_low: Share
    p_high: Share
    child_landmarks: Annotated[int, Field(ge=0)]
    warranted: Annotated[int, Field(ge=0)]


class Version(BaseModel):
    """Which version a card's JSON is of: asked first, since the other fields follow from it."""

    model_config = ConfigDict(strict=True)

    schema_: Annotated[str, Field(alias="schema")]


class CardFile(BaseModel):
    """What a card's JSON must hold."""

    model_config = ConfigDict(extra="forbid", strict=True)

    schema_: Annotated[str, Field(alias="schema")]
    about: str
    max_points: Annotated[int, Field(ge=1, le=100)]
    seed: Annotated[int, Field(ge=0)]
    band_ends_days: list[int]
    lines: Annotated[list[str], Field(min_length=1)]
    points: dict[str, list[Annotated[int, Field(ge=-100, le=100)]]]
    risk: Annotated[list[RiskRow], Field(min_length=1)]
    trained_on: dict[str, Any]

    def check(self, source: str) -> None:
        """Raise InputError for what types alone cannot tell: the lines, the rules of points and of risks."""
        if tuple(self.band_ends_days) != BAND_ENDS_DAYS:
            raise InputError(
                f"{source}: band_ends_days = {self.band_ends_days}; they are {list(BAND_ENDS_DAYS)}"
            )
        self._check_lines(source)
        rising = [(row.mean_points, row.p_warranted) for row in self.risk]
        if rising != sorted(rising) or [p for _, p in rising] != sorted(p for _, p in rising):
            raise InputError(f"{source}: risk: its rows rise in points, and never fall in probability")
        for i, row in enumerate(self.risk):
            if row.points_from > row.points_to:
                raise InputError(f"{source}: risk: row {i} is wrong: a row goes from lower points to higher")
            if not row.p_low <= row.p_warranted <= row.p_high:
                p = f"p_warranted = {row.p_warranted} is not between its p_low and p_high"
                raise InputError(f"{source}: risk: row {i}: {p}")
        for line in LINES:
            if line.name in self.lines:
                self._check_points(line, source)

    def _check_lines(self, source: str) -> None:
        """Raise InputError unless each line of the card has points, and what brings any is known here."""
        known = f"lines are {', '.join(LINE_NAMES)}"
        if set(self.points) != set(self.lines):
            odd = sorted(set(self.points) ^ set(self.lines))[0]
            state = "is no line of a card" if odd in self.points else "is missing"
            raise InputError(f"{source}: points.{odd} {state}; {known}")
        for name, points in self.points.items():
            if name not in LINE_NAMES and any(points):
                raise InputError(
                    f"{source}: points.{name} = {points}; no line that this version can count: the card "
                    f"was made by a later one; {known}"
                )

    def whole(self) -> list[list[int]]:
        """Return the points of every line there is now, in order: none on one that the card does not know."""
        nothing = [0] * len(BANDS)
        return [self.points.get(name, nothing) for name in LINE_NAMES]

    def _check_points(self, line: Line, source: str) -> None:
        points = self.points[line.name]
        steps = [p if line.raises else -p for p in points]
        if len(steps) != len(BANDS) or steps != sorted(steps, reverse=True) or steps[-1] < 0:
            rule = "never negative and never rising" if line.raises else "never positive and never falling"
            raise InputError(f"{source}: points.{line.name} = {points}; {len(BANDS)} points, {rule} with age")
        if any(steps[line.lasts_bands :]):
            raise InputError(
                f"{source}: points.{line.name} = {points}; it may lower a score for {line.lasts_bands} bands"
            )
        if steps[0] > self.max_points:
            raise InputError(f"{source}: points.{line.name} = {points}; max_points is {self.max_points}")


def parsed(text: str, source: str) -> CardFile:
    """Return the card in a text. Raises InputError for another version or a broken field, naming it."""
    try:
        version = Version.model_validate_json(text).schema_
        if version != CARD_SCHEMA:
            again = (
                f", since cards of {version} count other lines: fit the card again with "
                "`risk fit`, as in `risk fit COHORT --out CARD`"
            )
            raise InputError(
                f"{source}: schema = {version!r}; this version reads {CARD_SCHEMA!r}"
                + (again if version in EARLIER else "")
            )
        file = CardFile.model_validate_json(text)
    except ValidationError as error:
        problem = error.errors()[0]
        field = ".".join(str(p) for p in problem["loc"]) or "the whole file"
        given = "" if problem["type"] == "missing" else f" = {shown(problem['input'])}"
        raise InputError(f"{source}: {field}{given}: {problem['msg'].lower()}") from None
    file.check(source)
    return file
