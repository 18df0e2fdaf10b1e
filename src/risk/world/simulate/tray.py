"""The tray: reports that are on their way, to children's services or to the pooled chronology."""

from typing import Any, Final

import numpy as np

from risk.world.compiled import compiled
from risk.world.simulate.codes import NEVER
from risk.world.simulate.home import Home

TOLD: Final[Any] = np.bool_(True)
WRITTEN: Final[Any] = np.bool_(False)

Report = Any
"""A row of `home.REPORT`."""


@compiled
def post(home: Home, day: int, told: bool, agency: int, concern: int, severity: int, event_id: int) -> None:
    """Let a report be on its way, to children's services or to the pooled chronology."""
    report = home.reports[home.n_reports]
    home.n_reports += 1
    report.day, report.told, report.agency, report.concern = day, told, agency, concern
    report.severity, report.event_id = severity, event_id
    home.next_report = min(home.next_report, day)


@compiled
def clear_reports(home: Home, day: int) -> None:
    """Take away the reports of this day, and see when the next one comes."""
    kept = 0
    home.next_report = NEVER
    for place in range(home.n_reports):
        if home.reports[place].day != day:
            home.reports[kept] = home.reports[place]
            home.next_report = min(home.next_report, home.reports[kept].day)
            kept += 1
    home.n_reports = kept


@compiled
def put_in_order(home: Home, day: int) -> int:
    """Put what children's services are told today in order, the worst first; return how many reports."""
    n = 0
    for place in range(home.n_reports):
        report = home.reports[place]
        if report.day != day or not report.told:
            continue
        i = n
        while i > 0 and looks_worse(report, home.reports[home.in_order[i - 1]]):
            home.in_order[i] = home.in_order[i - 1]
            i -= 1
        home.in_order[i] = place
        n += 1
    return n


@compiled
def looks_worse(report: Report, other: Report) -> bool:
    """Return whether a report looks more severe than another, or as severe and was written earlier."""
    if report.severity != other.severity:
        return report.severity > other.severity
    return report.event_id < other.event_id
