"""When should the cumulative concerns about a child have triggered an assessment? On invented children.

The names below are in the order of the pipeline: a scenario makes a cohort, whose record is asked at
landmarks, counted into features and scored by a card; scores become alarms, trajectories and reviews.
For teaching and research, never for decisions about real families.
"""

from risk import charts, notebook
from risk.alarms import AlarmPolicy, line_at_price, raise_alarms
from risk.chronology import Case, chronology, read_case
from risk.cohort import Cohort, Record, Truth, verify
from risk.evaluate import evaluate
from risk.features import featurise, worst_recent
from risk.landmarks import labels, landmarks, split
from risk.review import Review, review, review_cohort
from risk.scenario import Scenario
from risk.scorecard import CumulativeScorecard
from risk.simulate import simulate
from risk.trajectory import Trajectory, trajectory

__all__ = [
    "AlarmPolicy",
    "Case",
    "Cohort",
    "CumulativeScorecard",
    "Record",
    "Review",
    "Scenario",
    "Trajectory",
    "Truth",
    "charts",
    "chronology",
    "evaluate",
    "featurise",
    "labels",
    "landmarks",
    "line_at_price",
    "notebook",
    "raise_alarms",
    "read_case",
    "review",
    "review_cohort",
    "simulate",
    "split",
    "trajectory",
    "verify",
    "worst_recent",
]
