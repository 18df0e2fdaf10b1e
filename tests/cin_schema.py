"""The schema of the children in need census: what stands in what, in which order, how often, and as what."""

import re
from xml.etree.ElementTree import Element

# Of each element the ones inside, in order: as it is once, ? at most once, + once or more, * any.
CONTENT = {
    "Message": "Header? Children",
    "Header": "CollectionDetails? Source*",
    "CollectionDetails": "Collection? Year? ReferenceDate?",
    "Source": "SourceLevel? LEA SoftwareCode? Release? SerialNo? DateTime?",
    "Children": "Child+",
    "Child": "ChildIdentifiers ChildCharacteristics CINdetails+",
    "ChildIdentifiers": (
        "LAchildID UPN? FormerUPN? UPNunknown? PersonBirthDate? ExpectedPersonBirthDate? {sex} PersonDeathDate?"
    ),
    "ChildCharacteristics": "Ethnicity Disabilities?",
    "Disabilities": "Disability+",
    "CINdetails": (
        "CINreferralDate ReferralSource PrimaryNeedCode? CINclosureDate? ReasonForClosure? DateOfInitialCPC? "
        "Assessments* CINPlanDates* Section47* ReferralNFA ChildProtectionPlans*"
    ),
    "Assessments": (
        "AssessmentActualStartDate AssessmentInternalReviewDate? AssessmentAuthorisationDate? "
        "FactorsIdentifiedAtAssessment?"
    ),
    "FactorsIdentifiedAtAssessment": "AssessmentFactors+",
    "CINPlanDates": "CINPlanStartDate CINPlanEndDate?",
    "Section47": "S47ActualStartDate InitialCPCtarget? DateOfInitialCPC? ICPCnotRequired",
    "ChildProtectionPlans": (
        "CPPstartDate CPPendDate? InitialCategoryOfAbuse LatestCategoryOfAbuse NumberOfPreviousCPP Reviews?"
    ),
    "Reviews": "CPPreviewDate+",
}
VALUES = {
    "Collection": "CIN",
    "Year": r"\d{4}",
    "SourceLevel": "L",
    "LEA": r"\d{3}",
    "SoftwareCode": ".*",
    "Release": ".*",
    "SerialNo": r"\d{3,}",
    "DateTime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d",
    "LAchildID": ".+",
    "UPN": r"[A-Za-z]\d{11}[\dA-Za-z]",
    "FormerUPN": r"[A-Za-z]\d{11}[\dA-Za-z]",
    "UPNunknown": "UN[1-7]",
    "Sex": "[MFU]",
    "GenderCurrent": "[0129]",
    "Ethnicity": "[A-Z]{4}",
    "Disability": "[A-Z]{2,4}",
    "ReferralSource": "[1-9][0A-F]?",
    "PrimaryNeedCode": r"N\d",
    "ReasonForClosure": "RC[1-9]",
    "ReferralNFA": "[01]",
    "AssessmentFactors": r"\d{1,2}[A-F]?",
    "ICPCnotRequired": "[01]",
    "InitialCategoryOfAbuse": "[A-Z]{3}",
    "LatestCategoryOfAbuse": "[A-Z]{3}",
    "NumberOfPreviousCPP": r"\d+",
}
DAY = r"\d{4}-\d\d-\d\d"
"""What every other element holds."""


def faults(element: Element, sex: str = "Sex") -> list[str]:
    """What breaks the schema in an element and below it, each as a sentence.

    sex: what the year asks for, which the header of the whole message says: gender until 2023-24, then sex.
    """
    if element.tag == "Message" and int(element.findtext("Header/CollectionDetails/Year")) < 2025:
        sex = "GenderCurrent"
    if element.tag not in CONTENT:
        fits = len(element) == 0 and re.fullmatch(VALUES.get(element.tag, DAY), element.text or "")
        return [] if fits else [f"{element.tag} holds {element.text!r}"]
    inside = "".join(f"{part.tag} " for part in element)
    found = [fault for part in element for fault in faults(part, sex)]
    content = CONTENT[element.tag].format(sex=sex)
    if not re.fullmatch(_pattern(content), inside):
        found.append(f"{element.tag} holds {inside}and should hold {content}")
    return found


def _pattern(content: str) -> str:
    parts = (re.fullmatch(r"(\w+)([?+*]?)", part).groups() for part in content.split())
    return "".join(f"(?:{name} ){often}" for name, often in parts)
