"""The rules of the children in need census that a file must keep, one small function each.

`rule_8620` is an error, `query_8670` asks for an explanation; the docstring says what must hold, and the
function returns what does not. Paraphrased from the validators that local authorities use, with those that
they are known to miss (8540, 2885 by enquiry, a group of several review dates, the order of the schema).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

from risk.core.calendar import add_working_days, working_day_by

EPOCH = date(1970, 1, 1)
DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Group:
    """An element with others inside: its values and groups by name, None or nothing for what it lacks."""

    def __init__(self, element: ElementTree.Element, child: "Group | None" = None) -> None:
        self.child = child or self
        self.inside: dict[str, list] = defaultdict(list)
        for part in element:
            value = Group(part, self.child if element.tag != "Children" else None) if len(part) else part.text
            self.inside[part.tag].append(value)

    def __getitem__(self, name: str):
        found = self.all(name)
        return found[0] if found else None

    def all(self, name: str) -> list:
        """Every value or group of a name; names with a dot go down."""
        first, _, rest = name.partition(".")
        found = [_read(value) for value in self.inside.get(first, [])]
        groups = [group for group in found if isinstance(group, Group)]
        return [value for group in groups for value in group.all(rest)] if rest else found

    @property
    def id(self) -> str | None:
        return self.child["ChildIdentifiers"]["LAchildID"]


def _read(value):
    return date.fromisoformat(value) if isinstance(value, str) and DAY.fullmatch(value) else value


class Census:
    """A file: its header, its children, and every episode of theirs."""

    def __init__(self, message: ElementTree.Element) -> None:
        top = Group(message)
        self.collection = top.all("Header.CollectionDetails")[0]
        self.end = self.collection["ReferenceDate"]
        self.start = date(self.end.year - 1, 4, 1)
        self.children: list[Group] = top.all("Children.Child")

    @classmethod
    def read(cls, path: Path) -> "Census":
        return cls(ElementTree.parse(path).getroot())

    @property
    def episodes(self) -> list[Group]:
        return self.all("CINdetails")

    def all(self, name: str) -> list:
        return [value for child in self.children for value in child.all(name)]

    @property
    def sexes(self) -> tuple[str, ...]:
        """The codes of the year: two that are known, then not known."""
        return ("M", "F", "U") if self.end.year > 2024 else ("1", "2", "0", "9")

    def sex(self, identity: Group) -> str | None:
        return identity["Sex" if self.end.year > 2024 else "GenderCurrent"]

    def identities(self) -> list[Group]:
        return self.all("ChildIdentifiers")

    def holds(self, day: date | None) -> bool:
        return day is not None and self.start <= day <= self.end


# What several rules speak of.


def conferences(episode: Group) -> list[date]:
    return [d for d in (episode["DateOfInitialCPC"], *episode.all("Section47.DateOfInitialCPC")) if d]


def birth(child: Group) -> date | None:
    identity = child["ChildIdentifiers"]
    return identity["PersonBirthDate"] or identity["ExpectedPersonBirthDate"]


def death(child: Group) -> date | None:
    return child["ChildIdentifiers"]["PersonDeathDate"]


def nothing_done(episode: Group) -> bool:
    return episode["ReferralNFA"] == "1"


def works(child: Group) -> bool:
    return not all(nothing_done(e) for e in child.all("CINdetails"))


def is_assessed_only(episode: Group) -> bool:
    return episode["ReasonForClosure"] in ("RC8", "RC9")


def nth_working_day(day: date, n: int) -> date:
    """The n-th working day, the day itself being the first."""
    return EPOCH + timedelta(int(add_working_days((day - EPOCH).days, n - 1)))


def working_day_before(day: date) -> date:
    return EPOCH + timedelta(int(working_day_by((day - EPOCH).days - 1)))


def is_weekend(day: date | None) -> bool:
    return day is not None and day.weekday() >= 5


def stretches(groups: list[Group], start: str, end: str, last: date) -> list[tuple[date, date, Group]]:
    """(first, last, group) of each group, an open one lasting to `last`, in the order of the file."""
    return [(g[start], g[end] or last, g) for g in groups if g[start]]


def overlapping(spans: list[tuple[date, date, Group]], *, may_touch: bool) -> list[Group]:
    """The groups that begin while an earlier one, or an equal one before it in the file, goes on."""
    late = []
    spans = sorted(spans, key=lambda s: s[:2])
    for i, (begins, _, group) in enumerate(spans):
        before = [ends for _, ends, _ in spans[:i]]
        if any(begins < ends or (begins == ends and not may_touch) for ends in before):
            late.append(group)
    return late


def of_each(episodes: list[Group], find: Callable[[Group], list]) -> list:
    return [found for episode in episodes for found in find(episode)]


# The file.


def rule_100(census: Census):
    """The reference date is 31 March of the year."""
    year = census.collection["Year"]
    return [] if census.end == date(int(year), 3, 31) else [census.end]


def rule_2883(census: Census):
    """No more child protection plans start in the year than initial conferences were held."""
    started = [d for d in census.all("CINdetails.ChildProtectionPlans.CPPstartDate") if census.holds(d)]
    held = of_each(census.episodes, conferences)
    return started[len(held) :]


def query_2886(census: Census):
    """At most one child in fifty, the unborn apart, is of unknown sex."""
    born = [i for i in census.identities() if i["PersonBirthDate"]]
    unknown = [i for i in born if census.sex(i) not in census.sexes[:2]]
    return unknown if 50 * len(unknown) > len(born) else []


def query_2887(census: Census):
    """More than seven children have no disability."""
    without = census.all("ChildCharacteristics.Disabilities.Disability").count("NONE")
    return [] if without > 7 else [without]


def query_2888(census: Census):
    """Some child has two disabilities."""
    return (
        []
        if any(len(c.all("ChildCharacteristics.Disabilities.Disability")) > 1 for c in census.children)
        else [0]
    )


# The child.


def rule_8500(census: Census):
    """Every child has an id."""
    return [i for i in census.identities() if not i["LAchildID"]]


def rule_8510(census: Census):
    """No id is there twice."""
    return _twice(census.all("ChildIdentifiers.LAchildID"))


def rule_1570(census: Census):
    """An id has 20 characters at most."""
    return [i for i in census.all("ChildIdentifiers.LAchildID") if len(i) > 20]


def rule_1580(census: Census):
    """An id has letters and digits only."""
    return [i for i in census.all("ChildIdentifiers.LAchildID") if not re.fullmatch("[A-Za-z0-9]+", i)]


def rule_4180(census: Census):
    """Sex is M, F or U; until 2023-24, gender is 1, 2, 0 or 9."""
    return [i for i in census.identities() if census.sex(i) not in census.sexes]


def rule_8750(census: Census):
    """The sex of an unborn child is U, its gender 0."""
    unborn = [i for i in census.identities() if i["ExpectedPersonBirthDate"]]
    return [i for i in unborn if census.sex(i) != census.sexes[2]]


def rule_4220(census: Census):
    """Ethnicity is a code."""
    return [
        e for e in (c["ChildCharacteristics"]["Ethnicity"] for c in census.children) if e not in ETHNICITIES
    ]


def query_8525(census: Census):
    """A child has a date of birth or an expected one, never both."""
    return [
        i for i in census.identities() if bool(i["PersonBirthDate"]) == bool(i["ExpectedPersonBirthDate"])
    ]


def rule_8520(census: Census):
    """A child is born by the end of the year."""
    return [i for i in census.identities() if i["PersonBirthDate"] and i["PersonBirthDate"] > census.end]


def query_8530(census: Census):
    """An expected birth is from 30 days before the end of the year to nine months after it."""
    first, last = census.end - timedelta(30), date(census.end.year, 12, 31)
    return [d for d in census.all("ChildIdentifiers.ExpectedPersonBirthDate") if not first <= d <= last]


def query_8535(census: Census):
    """Nobody dies before being born."""
    return [c for c in census.children if death(c) and birth(c) and death(c) < birth(c)]


def query_8545(census: Census):
    """A death is in the year."""
    return [c for c in census.children if death(c) and not census.holds(death(c))]


def query_8775(census: Census):
    """Nobody over 25 has an open episode, or one that closed later."""
    return [
        e
        for e in census.episodes
        if birth(e.child)
        and (e["CINclosureDate"] or census.end)
        >= birth(e.child).replace(year=birth(e.child).year + 26, day=1)
    ]


def rule_8590(census: Census):
    """Every child has an episode."""
    return [c for c in census.children if not c.all("CINdetails")]


# The unique pupil number.


def upns(census: Census) -> list[str]:
    return census.all("ChildIdentifiers.UPN")


def check_letter(digits: str) -> str:
    """The letter that belongs before the twelve characters of a pupil number; the last may be a letter."""
    alphabet = "ABCDEFGHJKLMNPQRTUVWXYZ"
    values = [int(c) if c.isdigit() else alphabet.index(c) for c in digits]
    return alphabet[sum(v * weight for weight, v in enumerate(values, start=2)) % 23]


def rule_1510(census: Census):
    """The check letter is the one of the digits."""
    return [
        u for u in upns(census) if re.fullmatch(r".\d{11}[\dA-HJ-NP-RT-Z]", u) and u[0] != check_letter(u[1:])
    ]


def rule_1520(census: Census):
    """No two children share a number."""
    return _twice(upns(census))


def rule_1530(census: Census):
    """Characters 2 to 4 are an authority that gives numbers, or one of the five that stand for none."""
    return [u for u in upns(census) if int(u[1:4]) not in AUTHORITIES]


def rule_1540(census: Census):
    """Characters 5 to 12 are digits."""
    return [u for u in upns(census) if not re.fullmatch(r"\d{8}", u[4:12])]


def rule_1550(census: Census):
    """Character 13 is a digit, or a letter but I, O and S."""
    return [u for u in upns(census) if not re.fullmatch(r"[\dA-HJ-NP-RT-Z]", u[12:])]


def query_1560(census: Census):
    """A former number is a letter and twelve digits."""
    return [u for u in census.all("ChildIdentifiers.FormerUPN") if not re.fullmatch(r"[A-Z]\d{12}", u)]


def query_8770(census: Census):
    """Who is six by 31 August, and not only referred, has a number or a reason why not, other than UN1."""
    six = date(census.start.year - 6, 8, 31)
    return [
        c
        for c in census.children
        if works(c)
        and (c["ChildIdentifiers"]["PersonBirthDate"] or census.end) <= six
        and not c["ChildIdentifiers"]["UPN"]
        and c["ChildIdentifiers"]["UPNunknown"] not in ("UN2", "UN3", "UN4", "UN5", "UN6", "UN7")
    ]


def rule_8772(census: Census):
    """UN7 is for children of whom every referral led to no further action."""
    return [c for c in census.children if c["ChildIdentifiers"]["UPNunknown"] == "UN7" and works(c)]


# Disability.


def disabilities(child: Group) -> list[str]:
    return child.all("ChildCharacteristics.Disabilities.Disability")


def rule_8540(census: Census):
    """A child who is born, and not only referred, has at least one code of disability, and known ones only."""
    return [
        c
        for c in census.children
        if (c["ChildIdentifiers"]["PersonBirthDate"] and works(c) and not disabilities(c))
        or set(disabilities(c)) - DISABILITIES
    ]


def rule_8790(census: Census):
    """NONE stands alone."""
    return [c for c in census.children if "NONE" in disabilities(c) and set(disabilities(c)) != {"NONE"}]


def rule_8794(census: Census):
    """No disability is there twice."""
    return of_each(census.children, lambda c: _twice(disabilities(c)))


# The referral.


def rule_8600(census: Census):
    """A referral has a date, in the year or before it."""
    return [e for e in census.episodes if not e["CINreferralDate"] or e["CINreferralDate"] > census.end]


def rule_8606(census: Census):
    """A referral is no more than 280 days before the birth."""
    return [
        e
        for e in census.episodes
        if birth(e.child) and e["CINreferralDate"] and e["CINreferralDate"] < birth(e.child) - timedelta(280)
    ]


def query_8555(census: Census):
    """Nobody is referred after death."""
    return [e for e in census.episodes if death(e.child) and e["CINreferralDate"] > death(e.child)]


def rule_8866(census: Census):
    """The source of a referral is a code."""
    return [e for e in census.episodes if e["ReferralSource"] not in SOURCES]


def rule_8610(census: Census):
    """An episode has a primary need, unless nothing further was done."""
    return [
        e
        for e in census.episodes
        if e["PrimaryNeedCode"] not in NEEDS and not (nothing_done(e) and e["PrimaryNeedCode"] is None)
    ]


def rule_8568(census: Census):
    """Whether nothing further was done is 0 or 1."""
    return [e for e in census.episodes if e["ReferralNFA"] not in ("0", "1")]


def query_8569(census: Census):
    """A referral of which nothing came was made in the year, or on the working day before it."""
    first = working_day_before(census.start)
    return [e for e in census.episodes if nothing_done(e) and (e["CINreferralDate"] or first) < first]


# No further action.


def rule_8831(census: Census):
    """A referral of which nothing came has no assessment, section 47 enquiry or conference."""
    return [
        e
        for e in census.episodes
        if nothing_done(e) and (e["Assessments"] or e["Section47"] or e["DateOfInitialCPC"])
    ]


def rule_8832(census: Census):
    """Nor a child protection plan."""
    return [e for e in census.episodes if nothing_done(e) and e["ChildProtectionPlans"]]


def rule_4000(census: Census):
    """Nor a child in need plan."""
    return [e for e in census.episodes if nothing_done(e) and e["CINPlanDates"]]


# Closing.


def rule_8620(census: Census):
    """A case is closed in the year."""
    return [e for e in census.episodes if e["CINclosureDate"] and not census.holds(e["CINclosureDate"])]


def rule_8630(census: Census):
    """A case is not closed before its referral."""
    return [e for e in census.episodes if e["CINclosureDate"] and e["CINclosureDate"] < e["CINreferralDate"]]


def rule_8805(census: Census):
    """A closed case has a reason, one of the codes."""
    return [e for e in census.episodes if e["CINclosureDate"] and e["ReasonForClosure"] not in REASONS]


def rule_8810(census: Census):
    """A reason has a date of closing."""
    return [e for e in census.episodes if e["ReasonForClosure"] and not e["CINclosureDate"]]


def query_8585(census: Census):
    """A case closed because the child died has a date of death."""
    return [e for e in census.episodes if e["ReasonForClosure"] == "RC2" and not death(e.child)]


def rule_8565(census: Census):
    """Nothing happens after a case is closed."""

    def late(episode: Group) -> list[date]:
        days = [
            *conferences(episode),
            *(d for name in ACTIVITY for d in episode.all(name)),
        ]
        return [d for d in days if d > (episode["CINclosureDate"] or d)]

    return of_each(census.episodes, late)


def rule_8867(census: Census):
    """A closed case has no open assessment."""
    return [
        a
        for e in census.episodes
        for a in e.all("Assessments")
        if e["CINclosureDate"] and not a["AssessmentAuthorisationDate"]
    ]


def rule_8868(census: Census):
    """In a closed case every enquiry had a conference or needed none, and not both."""
    return [
        s
        for e in census.episodes
        for s in e.all("Section47")
        if e["CINclosureDate"] and bool(s["DateOfInitialCPC"]) == (s["ICPCnotRequired"] == "1")
    ]


def rule_2990(census: Census):
    """A case closed after assessment had no enquiry, conference or plan."""
    return [
        e
        for e in census.episodes
        if is_assessed_only(e)
        and (e["Section47"] or e["DateOfInitialCPC"] or e["CINPlanDates"] or e["ChildProtectionPlans"])
    ]


def query_8825(census: Census):
    """A case closed after assessment had an assessment."""
    return [e for e in census.episodes if is_assessed_only(e) and not e["Assessments"]]


def query_8873(census: Census):
    """A case closed after one assessment that found no factor was closed after assessment."""
    return [
        e
        for e in census.episodes
        if e["CINclosureDate"]
        and len(e.all("Assessments")) == 1
        and factors(e["Assessments"]) == ["21"]
        and not is_assessed_only(e)
    ]


# Episodes.


def worked(child: Group) -> list[Group]:
    return [e for e in child.all("CINdetails") if not nothing_done(e) and e["CINreferralDate"]]


def rule_8815(census: Census):
    """A child has one open episode at most."""
    return of_each(census.children, lambda c: [e for e in worked(c) if not e["CINclosureDate"]][1:])


def rule_8816(census: Census):
    """The open episode is the latest."""
    return [
        e
        for c in census.children
        for e in worked(c)
        if not e["CINclosureDate"] and e["CINreferralDate"] < max(o["CINreferralDate"] for o in worked(c))
    ]


def rule_8820(census: Census):
    """Episodes do not overlap; one may begin on the day that the last was closed."""
    spans = (stretches(worked(c), "CINreferralDate", "CINclosureDate", date.max) for c in census.children)
    return [e for span in spans for e in overlapping(span, may_touch=True)]


# Assessments.


def factors(assessment: Group) -> list[str]:
    return assessment.all("FactorsIdentifiedAtAssessment.AssessmentFactors")


def assessments(census: Census) -> Iterator[tuple[Group, Group]]:
    return ((e, a) for e in census.episodes for a in e.all("Assessments"))


def rule_1103(census: Census):
    """An assessment does not start before the referral."""
    return [a for e, a in assessments(census) if a["AssessmentActualStartDate"] < e["CINreferralDate"]]


def rule_8608(census: Census):
    """An assessment does not end before it starts."""
    return [
        a
        for _, a in assessments(census)
        if (a["AssessmentAuthorisationDate"] or date.max) < a["AssessmentActualStartDate"]
    ]


def rule_8696(census: Census):
    """An assessment is completed in the year."""
    return [
        d for d in census.all("CINdetails.Assessments.AssessmentAuthorisationDate") if not census.holds(d)
    ]


def rule_8736(census: Census):
    """An open assessment started in the year."""
    return [
        a
        for _, a in assessments(census)
        if not a["AssessmentAuthorisationDate"] and not census.holds(a["AssessmentActualStartDate"])
    ]


def query_8670(census: Census):
    """No assessment has been open for more than 45 working days."""
    return [
        a
        for _, a in assessments(census)
        if not a["AssessmentAuthorisationDate"]
        and nth_working_day(a["AssessmentActualStartDate"], 45) < census.end
    ]


def rule_8896(census: Census):
    """An episode has one open assessment at most."""
    return of_each(
        census.episodes,
        lambda e: [a for a in e.all("Assessments") if not a["AssessmentAuthorisationDate"]][1:],
    )


def query_8863(census: Census):
    """No assessment starts while another goes on."""
    names = ("AssessmentActualStartDate", "AssessmentAuthorisationDate")
    return of_each(
        census.episodes,
        lambda e: overlapping(stretches(e.all("Assessments"), *names, census.end), may_touch=False),
    )


def query_8897(census: Census):
    """A completed assessment has factors, all of them codes."""
    return [
        a
        for _, a in assessments(census)
        if a["AssessmentAuthorisationDate"] and (not factors(a) or set(factors(a)) - FACTORS - RETIRED)
    ]


def rule_8614(census: Census):
    """Factors are of completed assessments only."""
    return [a for _, a in assessments(census) if factors(a) and not a["AssessmentAuthorisationDate"]]


def rule_8869(census: Census):
    """No factor found (21) stands alone."""
    return [a for _, a in assessments(census) if "21" in factors(a) and len(set(factors(a))) > 1]


def rule_8898(census: Census):
    """No factor is there twice."""
    return [f for _, a in assessments(census) for f in _twice(factors(a))]


def query_8945(census: Census):
    """18A is no longer used: 18B and 18C say by whom."""
    return [a for _, a in assessments(census) if "18A" in factors(a)]


def query_8950(census: Census):
    """19A is no longer used: 19B and 19C say by whom."""
    return [a for _, a in assessments(census) if "19A" in factors(a)]


# Section 47 enquiries and conferences.


def enquiries(census: Census) -> Iterator[tuple[Group, Group]]:
    return ((e, s) for e in census.episodes for s in e.all("Section47"))


def is_waiting(enquiry: Group) -> bool:
    return not enquiry["DateOfInitialCPC"] and enquiry["ICPCnotRequired"] != "1"


def rule_2889(census: Census):
    """An enquiry does not start before the referral."""
    return [s for e, s in enquiries(census) if s["S47ActualStartDate"] < e["CINreferralDate"]]


def rule_8615(census: Census):
    """A conference is not held before its enquiry starts."""
    return [s for _, s in enquiries(census) if (s["DateOfInitialCPC"] or date.max) < s["S47ActualStartDate"]]


def rule_8715(census: Census):
    """A conference is held in the year."""
    return [d for d in of_each(census.episodes, conferences) if not census.holds(d)]


def rule_8740(census: Census):
    """An enquiry that waits for its conference started in the year."""
    return [s for _, s in enquiries(census) if is_waiting(s) and not census.holds(s["S47ActualStartDate"])]


def query_8675(census: Census):
    """No enquiry has waited for its conference for more than 15 working days."""
    return [
        s
        for _, s in enquiries(census)
        if is_waiting(s) and nth_working_day(s["S47ActualStartDate"], 15) < census.end
    ]


def rule_8875(census: Census):
    """A conference is not held at a weekend."""
    return [d for d in of_each(census.episodes, conferences) if is_weekend(d)]


def query_8870(census: Census):
    """A conference is not due at a weekend."""
    return [s for _, s in enquiries(census) if is_weekend(s["InitialCPCtarget"])]


def rule_8839(census: Census):
    """One enquiry of an episode waits for its conference, at most."""
    return of_each(census.episodes, lambda e: [s for s in e.all("Section47") if is_waiting(s)][1:])


def rule_8890(census: Census):
    """No enquiry starts between another's start and its conference, or while another waits."""

    def late(episode: Group) -> list[Group]:
        known = [s for s in episode.all("Section47") if s["DateOfInitialCPC"] or is_waiting(s)]
        spans = stretches(known, "S47ActualStartDate", "DateOfInitialCPC", census.end)
        return [
            s
            for s in episode.all("Section47")
            for first, last, other in spans
            if s is not other and first <= s["S47ActualStartDate"] <= last
        ]

    return of_each(census.episodes, late)


def query_2991(census: Census):
    """An episode with an enquiry has an assessment."""
    return [e for e in census.episodes if e["Section47"] and not e["Assessments"]]


def rule_2884(census: Census):
    """A conference is given with its enquiry or with the episode, not with both."""
    return [
        e
        for e in census.episodes
        if e["DateOfInitialCPC"] and e["DateOfInitialCPC"] in e.all("Section47.DateOfInitialCPC")
    ]


def rule_1104(census: Census):
    """A conference is not held before the referral."""
    return [e for e in census.episodes if any(d < e["CINreferralDate"] for d in conferences(e))]


# Child in need plans.


def in_need_plans(census: Census) -> Iterator[tuple[Group, Group]]:
    return ((e, p) for e in census.episodes for p in e.all("CINPlanDates"))


def rule_4010(census: Census):
    """A child in need plan has a start, by the end of the year."""
    return [p for _, p in in_need_plans(census) if (p["CINPlanStartDate"] or date.max) > census.end]


def rule_4011(census: Census):
    """A child in need plan does not end before it starts."""
    return [p for _, p in in_need_plans(census) if (p["CINPlanEndDate"] or date.max) < p["CINPlanStartDate"]]


def query_4012(census: Census):
    """A child in need plan does not end on the day that it starts."""
    return [p for _, p in in_need_plans(census) if p["CINPlanEndDate"] == p["CINPlanStartDate"]]


def rule_4013(census: Census):
    """A child in need plan ends in the year."""
    return [d for d in census.all("CINdetails.CINPlanDates.CINPlanEndDate") if not census.holds(d)]


def in_need_spans(group: Group, last: date) -> list[tuple[date, date, Group]]:
    return stretches(group.all("CINPlanDates"), "CINPlanStartDate", "CINPlanEndDate", last)


def protection_spans(group: Group, last: date) -> list[tuple[date, date, Group]]:
    return stretches(group.all("ChildProtectionPlans"), "CPPstartDate", "CPPendDate", last)


def rule_4014(census: Census):
    """Child in need plans of an episode do not overlap, nor touch."""
    return of_each(census.episodes, lambda e: overlapping(in_need_spans(e, census.end), may_touch=False))


def rule_4004(census: Census):
    """An episode has one open child in need plan, at most."""
    return of_each(
        census.episodes, lambda e: [p for p in e.all("CINPlanDates") if not p["CINPlanEndDate"]][1:]
    )


def rule_4015(census: Census):
    """A child in need plan does not start before the referral."""
    return [p for e, p in in_need_plans(census) if p["CINPlanStartDate"] < e["CINreferralDate"]]


def rule_4001(census: Census):
    """No child in need plan is open while a child protection plan is."""
    return [
        e
        for e in census.episodes
        if any(not p["CINPlanEndDate"] for p in e.all("CINPlanDates"))
        and any(not p["CPPendDate"] for p in e.all("ChildProtectionPlans"))
    ]


def rule_4016(census: Census):
    """No child in need plan starts while a child protection plan goes on; it may on the day that one ends."""
    return [
        p
        for e in census.episodes
        for start, _, p in in_need_spans(e, census.end)
        for first, last, other in protection_spans(e, census.end)
        if first <= start and (start < last or not other["CPPendDate"])
    ]


def rule_4017(census: Census):
    """No child protection plan starts while a child in need plan goes on."""
    return [
        p
        for e in census.episodes
        for start, _, p in protection_spans(e, census.end)
        for first, last, other in in_need_spans(e, census.end)
        if first < start and (start < last or not other["CINPlanEndDate"])
    ]


def rule_4003(census: Census):
    """No review of a child protection plan falls in a child in need plan, unless it ended the first."""
    return [
        day
        for e in census.episodes
        for plan in e.all("ChildProtectionPlans")
        for day in plan.all("Reviews.CPPreviewDate")
        if day != plan["CPPendDate"] and any(a <= day < b for a, b, _ in in_need_spans(e, census.end))
    ]


def rule_4008(census: Census):
    """No child in need plan ends after the child's death."""
    return [
        p
        for e, p in in_need_plans(census)
        if death(e.child) and (p["CINPlanEndDate"] or EPOCH) > death(e.child)
    ]


def query_4009(census: Census):
    """No child in need plan starts after the child's death."""
    return [p for e, p in in_need_plans(census) if death(e.child) and p["CINPlanStartDate"] > death(e.child)]


# Child protection plans.


def protection_plans(census: Census) -> Iterator[tuple[Group, Group]]:
    return ((e, p) for e in census.episodes for p in e.all("ChildProtectionPlans"))


def rule_8720(census: Census):
    """A child protection plan has a start, by the end of the year."""
    return [p for _, p in protection_plans(census) if (p["CPPstartDate"] or date.max) > census.end]


def rule_1105(census: Census):
    """A child protection plan does not start before the referral."""
    return [p for e, p in protection_plans(census) if p["CPPstartDate"] < e["CINreferralDate"]]


def rule_2885(census: Census):
    """A plan that starts in the year starts on the day of a conference: of an enquiry, if one had any."""
    return [
        p
        for e, p in protection_plans(census)
        if census.holds(p["CPPstartDate"])
        and p["CPPstartDate"] not in (e.all("Section47.DateOfInitialCPC") or [e["DateOfInitialCPC"]])
    ]


def rule_8840(census: Census):
    """A child protection plan does not end on the day that it starts."""
    return [p for _, p in protection_plans(census) if p["CPPendDate"] == p["CPPstartDate"]]


def rule_8925(census: Census):
    """A child protection plan does not end before it starts."""
    return [p for _, p in protection_plans(census) if (p["CPPendDate"] or date.max) < p["CPPstartDate"]]


def rule_8930(census: Census):
    """A child protection plan ends in the year."""
    return [d for d in census.all("CINdetails.ChildProtectionPlans.CPPendDate") if not census.holds(d)]


def rule_8935(census: Census):
    """A child protection plan does not start while another of the child goes on."""
    return [
        p
        for c in census.children
        for p in overlapping(
            [s for e in c.all("CINdetails") for s in protection_spans(e, census.end)], may_touch=False
        )
    ]


def rule_8940(census: Census):
    """A child has one open child protection plan, at most."""
    return of_each(
        census.children,
        lambda c: [p for p in c.all("CINdetails.ChildProtectionPlans") if not p["CPPendDate"]][1:],
    )


def rule_8905(census: Census):
    """The category that a plan began with is a code."""
    return [p for _, p in protection_plans(census) if p["InitialCategoryOfAbuse"] not in CATEGORIES]


def rule_8910(census: Census):
    """A plan's latest category is a code."""
    return [p for _, p in protection_plans(census) if p["LatestCategoryOfAbuse"] not in CATEGORIES]


def rule_8730(census: Census):
    """The number of earlier plans is a whole number."""
    return [
        p for _, p in protection_plans(census) if not re.fullmatch(r"\d+", p["NumberOfPreviousCPP"] or "")
    ]


def rule_8841(census: Census):
    """A plan is reviewed after the day that it starts, whichever of its dates one looks at."""
    return [
        day
        for _, p in protection_plans(census)
        for day in p.all("Reviews.CPPreviewDate")
        if day <= p["CPPstartDate"]
    ]


def query_8842(census: Census):
    """A group of reviews has a date."""
    return [r for _, p in protection_plans(census) for r in p.all("Reviews") if not isinstance(r, Group)]


def rule_8915(census: Census):
    """No child protection plan starts after the child's death."""
    return [p for e, p in protection_plans(census) if death(e.child) and p["CPPstartDate"] > death(e.child)]


def rule_8920(census: Census):
    """No child protection plan ends after the child's death."""
    return [
        p
        for e, p in protection_plans(census)
        if death(e.child) and (p["CPPendDate"] or EPOCH) > death(e.child)
    ]


def _twice(values: list) -> list:
    return [value for value, n in Counter(values).items() if n > 1]


ACTIVITY = (
    *("Assessments.AssessmentActualStartDate", "Assessments.AssessmentAuthorisationDate"),
    *("Section47.S47ActualStartDate", "ChildProtectionPlans.CPPendDate"),
    *("CINPlanDates.CINPlanStartDate", "CINPlanDates.CINPlanEndDate"),
)


def codes(text: str) -> set[str]:
    return set(text.split())


ETHNICITIES = codes(
    "WBRI WIRI WIRT WOTH WROM MWBC MWBA MWAS MOTH AIND APKN ABAN AOTH BCRB BAFR BOTH CHNE OOTH REFU NOBT"
)
DISABILITIES = codes("NONE MOB HAND PC INC COMM LD HEAR VIS BEH CON AUT DDA")
SOURCES = codes("1A 1B 1C 1D 2A 2B 3A 3B 3C 3D 3E 3F 4 5A 5B 5C 5D 6 7 8 9 10")
NEEDS = {f"N{n}" for n in range(10)}
REASONS = {f"RC{n}" for n in range(1, 10)}
CATEGORIES = {"NEG", "PHY", "SAB", "EMO", "MUL"}
FACTORS = {f"{n}{who}" for n in range(1, 7) for who in "ABC"}
FACTORS |= codes("7A 8B 8C 8D 8E 8F 9A 10A 11A 12A 13A 14A 15A 16A 17A 18B 18C 19B 19C 20 21 22A 23A 24A")
RETIRED = {"18A", "19A"}
AUTHORITIES = {
    code
    for first, last in (
        *((1, 5), (201, 213), (301, 320), (330, 336), (340, 344), (350, 359), (370, 373), (380, 384)),
        *((390, 394), (420, 420), (660, 681), (701, 708), (800, 803), (805, 808), (810, 813), (815, 816)),
        *((820, 823), (825, 826), (830, 831), (835, 841), (845, 846), (850, 852), (855, 857), (860, 861)),
        *((865, 896), (908, 909), (916, 916), (919, 919), (921, 921), (925, 926), (928, 929), (931, 931)),
        *((933, 933), (935, 938), (940, 943)),
    )
    for code in range(first, last + 1)
}

RULES = {name: rule for name, rule in list(globals().items()) if name.startswith(("rule_", "query_"))}
ERRORS = [name for name in RULES if name.startswith("rule_")]


def broken(census: Census) -> dict[str, int]:
    """How often each rule is broken, those only that are."""
    found = {name: len(rule(census)) for name, rule in RULES.items()}
    return {name: n for name, n in found.items() if n}
