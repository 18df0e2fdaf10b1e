"""The rules of the census: a clean file breaks none, and each is seen to be broken by a defect of its own."""

import copy
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cin_rules import ERRORS, RULES, Census, Group, broken, check_letter
from cin_schema import CONTENT, faults

CLEAN = Path(__file__).parents[1] / "cin_clean.xml"
# The file's children: 0 disabled, with a plan of need since the year before; 1 referred, nothing further; 2 closed
# after an assessment; 3 on a child protection plan; 4 closed after a plan of need; 5 not born yet.


def clean() -> Census:
    """Every child of the clean file twice, for the rules that count children."""
    census = Census.read(CLEAN)
    twins = [copy.deepcopy(child) for child in census.children]
    for number, twin in enumerate(twins):
        identity = twin["ChildIdentifiers"]
        identity.inside["LAchildID"] = [f"SYN1000000{number}"]
        if identity["UPN"]:
            digits = "00100000010" + str(number)
            identity.inside["UPN"] = [check_letter(digits) + digits]
    census.children += twins
    return census


def altered(defects: str) -> Census:
    """The clean file with defects such as

    4 CINdetails CINclosureDate=2026-04-10 ReasonForClosure=; 3 CINdetails.Section47 + S47ActualStartDate=2025-10-01

    which child (or header), which of its elements (- for itself), + for one more such element; then values:
    several parted by commas, none to take what is there away.
    """
    census = clean()
    for defect in defects.split(";"):
        whom, where, *values = defect.split()
        group = census.collection if whom == "header" else census.children[int(whom)]
        if values[0] == "+":
            *above, last = where.split(".")
            home = _down(group, ".".join(above))
            group = Group(ElementTree.Element(last), group)
            home.inside[last].append(group)
            values = values[1:]
        elif where != "-":
            group = _down(group, where)
        for name, _, text in (value.partition("=") for value in values):
            *above, last = name.split(".")
            _down(group, ".".join(above)).inside[last] = [t for t in text.split(",") if t]
    return census


def _down(group: Group, path: str) -> Group:
    for name in filter(None, path.split(".")):
        if group[name] is None:
            group.inside[name] = [Group(ElementTree.Element(name), group.child)]
        group = group[name]
    return group


def upn(digits: str) -> str:
    return check_letter(digits) + digits


BORN = "5 ChildIdentifiers ExpectedPersonBirthDate= Sex=M PersonBirthDate"
NOT_DISABLED = "5 ChildCharacteristics.Disabilities + Disability=NONE"
EPISODE = "ReferralSource=6 PrimaryNeedCode=N1 ReferralNFA=0"
FACTOR = "FactorsIdentifiedAtAssessment.AssessmentFactors=3B"
PLAN = "InitialCategoryOfAbuse=NEG LatestCategoryOfAbuse=NEG NumberOfPreviousCPP=0"
CP, CIN, S47 = "CINdetails.ChildProtectionPlans", "CINdetails.CINPlanDates", "CINdetails.Section47"
ASSESSED = "CINdetails.Assessments"
FACTORS = f"3 {ASSESSED} FactorsIdentifiedAtAssessment.AssessmentFactors"

# Each rule, a defect that breaks it, and the rules that such a defect cannot but break too.
DEFECTS = [
    ("rule_100", "header - Year=2025", ""),
    ("rule_2883", f"1 {CP} + CPPstartDate=2025-07-01 {PLAN}", "rule_2885 rule_8832"),
    ("query_2886", "0 ChildIdentifiers Sex=U", ""),
    ("query_2887", "1 ChildCharacteristics.Disabilities Disability=MOB", ""),
    ("query_2888", "; ".join(f"{n} ChildCharacteristics.Disabilities Disability=AUT" for n in (0, 6)), ""),
    ("rule_8500", "0 ChildIdentifiers LAchildID=", ""),
    ("rule_8510", "0 ChildIdentifiers LAchildID=SYN00000001", ""),
    ("rule_1570", "0 ChildIdentifiers LAchildID=SYN000000000000000000", ""),
    ("rule_1580", "0 ChildIdentifiers LAchildID=SYN-0000000", ""),
    ("rule_4180", "0 ChildIdentifiers Sex=2", "query_2886"),
    ("rule_8750", "5 ChildIdentifiers Sex=F", ""),
    ("rule_4220", "0 ChildCharacteristics Ethnicity=WHIT", ""),
    ("query_8525", "4 ChildIdentifiers PersonBirthDate=", ""),
    ("rule_8520", f"{BORN}=2026-04-02; {NOT_DISABLED}", ""),
    ("query_8530", "5 ChildIdentifiers ExpectedPersonBirthDate=2026-02-01", ""),
    ("query_8535", f"{BORN}=2026-03-25 PersonDeathDate=2026-03-20; {NOT_DISABLED}", ""),
    ("query_8545", "1 ChildIdentifiers PersonDeathDate=2026-04-02", ""),
    ("query_8775", "0 ChildIdentifiers PersonBirthDate=1999-02-11", ""),
    ("rule_8590", "1 - CINdetails=", ""),
    ("rule_1510", "0 ChildIdentifiers UPN=A001000000001", ""),
    ("rule_1520", f"0 ChildIdentifiers UPN={upn('001000000002')}", ""),
    ("rule_1530", f"0 ChildIdentifiers UPN={upn('999000000002')}", ""),
    ("rule_1540", "0 ChildIdentifiers UPN=A00100000A001", ""),
    ("rule_1550", "0 ChildIdentifiers UPN=A00100000000I", ""),
    ("query_1560", "0 ChildIdentifiers FormerUPN=A00100000000B", ""),
    ("query_8770", "0 ChildIdentifiers UPN= UPNunknown=UN1", ""),
    ("rule_8772", "5 ChildIdentifiers UPNunknown=UN7", ""),
    ("rule_8540", "0 ChildCharacteristics Disabilities=", ""),
    (
        "rule_8540",
        "1 ChildCharacteristics.Disabilities Disability=DEAF; 6 ChildCharacteristics.Disabilities Disability=NONE; 0 ChildCharacteristics.Disabilities Disability=AUT,LD",
        "",
    ),
    ("rule_8790", "1 ChildCharacteristics.Disabilities Disability=NONE,MOB", ""),
    ("rule_8794", "0 ChildCharacteristics.Disabilities Disability=AUT,AUT", ""),
    ("rule_8600", "1 CINdetails CINreferralDate=2026-04-02", ""),
    ("rule_8606", "5 CINdetails CINreferralDate=2025-09-01", ""),
    ("query_8555", "1 ChildIdentifiers PersonDeathDate=2025-05-01", ""),
    ("rule_8866", "0 CINdetails ReferralSource=11", ""),
    ("rule_8610", "0 CINdetails PrimaryNeedCode=", ""),
    ("rule_8568", "0 CINdetails ReferralNFA=true", ""),
    ("query_8569", "1 CINdetails CINreferralDate=2025-03-28", ""),
    ("rule_8831", "1 CINdetails DateOfInitialCPC=2025-07-01", ""),
    ("rule_8832", f"1 {CP} + CPPstartDate=2025-07-01 {PLAN}", "rule_2883 rule_2885"),
    ("rule_4000", f"1 {CIN} + CINPlanStartDate=2025-08-01", ""),
    ("rule_8620", "2 CINdetails CINclosureDate=2026-04-10", ""),
    ("rule_8630", "1 CINdetails CINclosureDate=2025-06-01 ReasonForClosure=RC7", ""),
    ("rule_8805", "4 CINdetails ReasonForClosure=", ""),
    ("rule_8810", "0 CINdetails ReasonForClosure=RC7", ""),
    ("query_8585", "4 CINdetails ReasonForClosure=RC2", ""),
    ("rule_8565", "2 CINdetails CINclosureDate=2025-07-01", ""),
    (
        "rule_8867",
        f"4 {ASSESSED} AssessmentActualStartDate=2026-01-29 AssessmentAuthorisationDate= FactorsIdentifiedAtAssessment=",
        "",
    ),
    ("rule_8868", f"4 {S47} DateOfInitialCPC=2025-07-01", ""),
    ("rule_2990", "4 CINdetails ReasonForClosure=RC8", ""),
    ("query_8825", "2 CINdetails Assessments=", ""),
    ("query_8873", "2 CINdetails ReasonForClosure=RC7", ""),
    ("rule_8815", f"0 CINdetails + CINreferralDate=2024-11-04 {EPISODE}", "rule_8820"),
    (
        "rule_8816",
        f"0 CINdetails + CINreferralDate=2025-06-09 CINclosureDate=2025-07-09 ReasonForClosure=RC7 {EPISODE}",
        "rule_8820",
    ),
    (
        "rule_8820",
        f"4 CINdetails + CINreferralDate=2025-12-01 CINclosureDate=2026-02-02 ReasonForClosure=RC7 {EPISODE}",
        "",
    ),
    ("rule_1103", f"5 {ASSESSED} AssessmentActualStartDate=2026-03-10", ""),
    ("rule_8608", f"2 {ASSESSED} AssessmentActualStartDate=2025-07-21", ""),
    ("rule_8696", f"3 {ASSESSED} AssessmentAuthorisationDate=2026-04-10", ""),
    ("rule_8736", f"0 {ASSESSED} + AssessmentActualStartDate=2025-03-20", "query_8670"),
    ("query_8670", f"3 {ASSESSED} AssessmentAuthorisationDate= FactorsIdentifiedAtAssessment=", ""),
    ("rule_8896", f"5 {ASSESSED} + AssessmentActualStartDate=2026-03-18", "query_8863"),
    (
        "query_8863",
        f"3 {ASSESSED} + AssessmentActualStartDate=2025-07-18 AssessmentAuthorisationDate=2025-08-18 {FACTOR}",
        "",
    ),
    ("query_8897", f"3 {ASSESSED} FactorsIdentifiedAtAssessment=", ""),
    ("query_8897", f"{FACTORS}=8A", ""),
    ("rule_8614", f"5 {ASSESSED} {FACTOR}", ""),
    ("rule_8869", f"{FACTORS}=21,3B", ""),
    ("rule_8898", f"{FACTORS}=3B,3B", ""),
    ("query_8945", f"{FACTORS}=18A", ""),
    ("query_8950", f"{FACTORS}=19A", ""),
    ("rule_2889", f"3 {S47} S47ActualStartDate=2025-06-06", ""),
    ("rule_8615", f"3 {S47} S47ActualStartDate=2025-07-02", ""),
    ("rule_8715", "0 CINdetails DateOfInitialCPC=2025-03-20", ""),
    ("rule_8740", f"0 {S47} + S47ActualStartDate=2025-03-12 ICPCnotRequired=0", "query_8675 query_2991"),
    ("query_8675", f"3 {S47} + S47ActualStartDate=2026-03-10 ICPCnotRequired=0", ""),
    ("rule_8875", "0 CINdetails DateOfInitialCPC=2025-07-05", ""),
    ("query_8870", f"3 {S47} InitialCPCtarget=2025-07-05", ""),
    (
        "rule_8839",
        f"5 {S47} + S47ActualStartDate=2026-03-17 ICPCnotRequired=0; 5 {S47} + S47ActualStartDate=2026-03-18 ICPCnotRequired=0",
        "rule_8890",
    ),
    ("rule_8890", f"3 {S47} + S47ActualStartDate=2025-06-20 ICPCnotRequired=1", ""),
    ("query_2991", f"0 {S47} + S47ActualStartDate=2025-06-11 ICPCnotRequired=1", ""),
    ("rule_2884", "3 CINdetails DateOfInitialCPC=2025-07-01", ""),
    ("rule_1104", "3 CINdetails DateOfInitialCPC=2025-06-02", ""),
    ("rule_4010", f"0 {CIN} CINPlanStartDate=2026-04-02", ""),
    ("rule_4011", f"4 {CIN} CINPlanEndDate=2025-07-18", ""),
    ("query_4012", f"4 {CIN} CINPlanEndDate=2025-07-21", ""),
    ("rule_4013", f"0 {CIN} CINPlanEndDate=2025-03-20", ""),
    ("rule_4014", f"4 {CIN} + CINPlanStartDate=2025-07-01 CINPlanEndDate=2025-07-21", ""),
    ("rule_4004", f"0 {CIN} + CINPlanStartDate=2025-06-02", "rule_4014"),
    ("rule_4015", f"0 {CIN} CINPlanStartDate=2024-11-01", ""),
    ("rule_4001", f"3 {CIN} + CINPlanStartDate=2025-06-20", "rule_4017 rule_4003"),
    ("rule_4016", f"3 {CIN} + CINPlanStartDate=2025-08-01 CINPlanEndDate=2025-08-20", ""),
    ("rule_4017", f"3 {CIN} + CINPlanStartDate=2025-06-20 CINPlanEndDate=2025-07-10", ""),
    ("rule_4003", f"3 {CP} CPPendDate=2026-02-02; 3 {CIN} + CINPlanStartDate=2026-02-02", ""),
    ("rule_4008", "4 ChildIdentifiers PersonDeathDate=2026-01-15", ""),
    ("query_4009", f"0 ChildIdentifiers PersonDeathDate=2026-01-15; 0 {CIN} CINPlanStartDate=2026-02-02", ""),
    ("rule_8720", f"3 {CP} CPPstartDate=2026-04-02 Reviews=", ""),
    ("rule_1105", f"3 {CP} CPPstartDate=2025-03-03", ""),
    ("rule_2885", f"3 {CP} CPPstartDate=2025-07-02", ""),
    ("rule_2885", f"3 {CP} CPPstartDate=2025-07-02; 3 CINdetails DateOfInitialCPC=2025-07-02", ""),
    ("rule_8840", f"3 {CP} CPPendDate=2025-07-01", ""),
    ("rule_8925", f"3 {CP} CPPendDate=2025-06-30", ""),
    ("rule_8930", f"3 {CP} CPPendDate=2026-04-10", ""),
    (
        "rule_8935",
        f"3 {CP} CPPendDate=2025-12-01; 3 {CP} + CPPstartDate=2025-07-01 CPPendDate=2025-08-01 {PLAN}; 0 CINdetails DateOfInitialCPC=2025-09-01",
        "",
    ),
    (
        "rule_8940",
        f"3 {CP} + CPPstartDate=2025-07-01 {PLAN}; 0 CINdetails DateOfInitialCPC=2025-09-01",
        "rule_8935",
    ),
    ("rule_8905", f"3 {CP} InitialCategoryOfAbuse=NEGL", ""),
    ("rule_8910", f"3 {CP} LatestCategoryOfAbuse=NEGL", ""),
    ("rule_8730", f"3 {CP} NumberOfPreviousCPP=none", ""),
    ("rule_8841", f"3 {CP}.Reviews CPPreviewDate=2025-09-24,2025-07-01", ""),
    ("query_8842", f"3 {CP} Reviews=empty", ""),
    ("rule_8915", "3 ChildIdentifiers PersonDeathDate=2025-06-20", ""),
    ("rule_8920", f"3 {CP} CPPendDate=2026-02-02; 3 ChildIdentifiers PersonDeathDate=2026-01-05", ""),
]


def test_the_clean_file_breaks_no_rule():
    assert broken(clean()) == {}
    assert faults(ElementTree.parse(CLEAN).getroot()) == []


@pytest.mark.parametrize(
    ("rule", "defects", "too"), DEFECTS, ids=[f"{d[0]}-{n}" for n, d in enumerate(DEFECTS)]
)
def test_a_defect_breaks_its_rule_and_no_other(rule, defects, too):
    assert set(broken(altered(defects))) == {rule, *too.split()}


def test_every_rule_has_been_seen_to_be_broken():
    assert {rule for rule, _, _ in DEFECTS} == set(RULES)
    assert len(ERRORS) > 80


@pytest.mark.parametrize("tag", [tag for tag, content in CONTENT.items() if " " in content])
def test_elements_in_another_order_break_the_schema(tag):
    message = ElementTree.parse(CLEAN).getroot()
    element = next(e for e in message.iter(tag) if len({part.tag for part in e}) > 1)
    element[:] = reversed(element)
    assert faults(message)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("ReferralNFA", "false"), ("ICPCnotRequired", "true"), ("CINreferralDate", "09/06/2025")),
        *(("LAchildID", ""), ("UPN", "001000000001"), ("Sex", "1"), ("NumberOfPreviousCPP", "-1")),
    ],
)
def test_values_of_another_form_break_the_schema(name, text):
    message = ElementTree.parse(CLEAN).getroot()
    next(message.iter(name)).text = text
    assert len(faults(message)) == 1


@pytest.mark.parametrize(
    ("parent", "name"),
    [("CINdetails", "ReferralNFA"), ("Section47", "ICPCnotRequired"), ("ChildIdentifiers", "Sex")],
)
def test_what_must_be_there_once_may_be_neither_missing_nor_twice(parent, name):
    message = ElementTree.parse(CLEAN).getroot()
    twice, gone = copy.deepcopy(message), copy.deepcopy(message)
    home = next(twice.iter(parent))
    home.insert(list(home).index(home.find(name)), copy.deepcopy(home.find(name)))
    home = next(gone.iter(parent))
    home.remove(home.find(name))
    assert faults(twice)
    assert faults(gone)


def test_an_empty_group_breaks_the_schema():
    message = ElementTree.parse(CLEAN).getroot()
    ElementTree.SubElement(next(message.iter("Assessments")), "FactorsIdentifiedAtAssessment")
    assert faults(message)
