"""Draw the README's picture: one invented child of the sample cohort.

uv run python docs/picture.py
"""

from pathlib import Path

import vl_convert

import risk

HERE = Path(__file__).parent
CHILD = 10688  # of data/synthetic/england_2014: the longest wait from triggered to assessed


def main() -> None:
    """Write trajectory.png beside this file."""
    cohort = risk.Cohort.read(HERE.parent / "data" / "synthetic" / "england_2014")
    card = risk.CumulativeScorecard.shipped()
    found = risk.review(risk.trajectory(card, cohort.record, CHILD), cohort.truth)
    chart = risk.charts.trajectory(found)
    (HERE / "trajectory.png").write_bytes(vl_convert.vegalite_to_png(chart.to_json(), scale=1.5))


if __name__ == "__main__":
    main()
