"""When should the cumulative concerns about a child have triggered an assessment? On invented children.

The names below are in the order of the pipeline: a scenario makes a cohort, whose record is asked at
landmarks, counted into features and scored by a card; scores become alarms, trajectories and reviews.
For teaching and research, never for decisions about real families.
"""

from risk import charts, notebook
from risk.scenario import Scenario
from risk.cohort import Cohort, Record, Truth, parts
from risk.verify import verify
from risk.simulate import simulate
from risk.chronology import chronology
from risk.landmarks import labels, landmarks, split
from risk.case import Case, read_case
from risk.generate import generate
from risk.features import featurise, worst_recent
from risk.ceiling import is_exact, knowable
from risk.scorecard import CumulativeScorecard
from risk.alarms import AlarmPolicy, line_at_price, raise_alarms
from risk.trajectory import Trajectory, trajectory
from risk.review import Review, review
from risk.evaluate import evaluate
from risk.caseload import review_child, review_cohort
from risk.replay import replay
from risk.lesson import lesson_names, of_child, of_chronology, read_lesson, told
from risk.pack import pack

__all__ = [
    "Scenario",
    "Cohort",
    "Record",
    "Truth",
    "parts",
    "verify",
    "simulate",
    "chronology",
    "landmarks",
    "labels",
    "split",
    "Case",
    "read_case",
    "generate",
    "featurise",
    "worst_recent",
    "knowable",
    "is_exact",
    "CumulativeScorecard",
    "AlarmPolicy",
    "line_at_price",
    "raise_alarms",
    "Trajectory",
    "trajectory",
    "Review",
    "review",
    "evaluate",
    "review_child",
    "review_cohort",
    "replay",
    "charts",
    "notebook",
    "lesson_names",
    "read_lesson",
    "told",
    "of_child",
    "of_chronology",
    "pack",
]
