"""When should the cumulative concerns about a child have triggered an assessment? On invented children.

The names below are in the order of the pipeline: a scenario makes a cohort, whose record is asked at
landmarks, counted into features and scored by a card; scores become alarms, trajectories and reviews.
For teaching and research, never for decisions about real families.
"""

from risk.show import charts, notebook
from risk.world.scenario import Scenario
from risk.records.cohort import Cohort, Record, Truth, parts
from risk.records.verification import verify
from risk.world.simulate.weeks import simulate
from risk.chronologies.narrative import chronology
from risk.model.labelling import labels
from risk.model.days_asked import landmarks
from risk.model.splits import split
from risk.chronologies.case import Case, read_case
from risk.world.generation import generate
from risk.model.features import featurise, worst_recent
from risk.world.ceiling.filter import is_exact, knowable
from risk.model.scorecard import CumulativeScorecard
from risk.model.alarms import AlarmPolicy, line_at_price, raise_alarms
from risk.reviews.daily_scores import Trajectory, trajectory
from risk.reviews.dated_lines import Review, review
from risk.evaluation.judging import evaluate
from risk.reviews.caseload import review_child, review_cohort
from risk.world.replaying import replay
from risk.show.packs.lesson import lesson_names, of_child, of_chronology, read_lesson, told
from risk.show.packs.one_page import pack

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
