"""The synonyms: what people write in a chronology, and the word of the vocabulary that it is read as.

Words are compared without case, punctuation or apostrophes, so "s.47", "S47" and "Section 47" are near
enough. A word that may mean several things is never guessed at: it is answered with the choice.
"""

import re
from difflib import get_close_matches
from typing import Final

from risk.core.kinds import AGENCIES, CLOSURE_REASONS, FINDINGS, KINDS, PLAN_CATEGORIES

HEADINGS: Final = {
    "date": "Date",
    "until": "Until",
    "child": "Child",
    "agency": "Agency",
    "kind": "Kind",
    "what": "What happened",
    "child_words": "Child's words",
    "said_by_child": "Said by child",
    "believed": "Believed",
    "told_childrens_services": "Told children's services",
    "told_on": "Date told",
    "recorded": "Date recorded",
    "severity": "Severity",
    "finding": "Finding",
    "plan_category": "Plan category",
    "reason": "Closure reason",
    "source": "Source",
    "occasion": "Occasion",
    "after": "Came after",
    "went_on": "Went on",
    "what_if": "If dated",
}
"""The word for each column of a chronology, with its heading in the template, in the template's order."""

COLUMN_WORDS: Final = {
    "date": "date of event, event date, date of incident, incident date, when, date from, from, start date",
    "until": "to, date to, end date, date until",
    "child": "children, name of child, child name, child's name, who it concerns, "
    "who does it concern, concerns, "
    "subject, about whom",
    "agency": "who, agency name, organisation, service, reported by, recorded by, agency reporting",
    "kind": "type, event type, type of event, kind of event, category of event, type of concern, "
    "concern, "
    "kind of concern, category",
    "what": "what happened, event, description, details, event details, details of event, "
    "significant event, "
    "summary, incident, narrative, information, description of event",
    "recorded": "date recorded, recorded on, date written, date of entry, entry date",
    "told_childrens_services": "told, told children's services, shared, "
    "shared with children's services, shared with csc, "
    "told csc, csc told, csc informed, shared with social care, who was told, who was informed, "
    "shared with",
    "told_on": "date told, when told, told when, date shared, shared on, date shared with csc, "
    "date csc told, "
    "date csc informed, date referred",
    "said_by_child": "child said so, said by child, disclosure, child disclosed, disclosed by child, "
    "disclosure by child",
    "child_words": "child's words, the child's words, child's voice, voice of the child, "
    "voice of child, "
    "what the child said, child's own words",
    "believed": "was the child believed, child believed",
    "severity": "severity 1 4, seriousness",
    "finding": "findings, outcome of assessment, assessment finding",
    "plan_category": "category of plan, category of abuse, plan's category",
    "reason": "closure reason, reason for closure, reason closed",
    "source": "source of information, evidence, reference, document, source document",
    "occasion": "same occasion, same occasion as, name of occasion",
    "after": "after, how long after, some time after",
    "went_on": "ongoing, how long it went on, went on for",
    "what_if": "what if, window that the account supports",
}

AGENCY_WORDS: Final = {
    "police": "constabulary, police officer, officer, pc, met police, norfolk police, ppu",
    "school": "primary school, secondary school, high school, infant school, junior school, academy, "
    "education, class teacher, teacher, head teacher, headteacher, dsl",
    "nursery": "preschool, pre-school, playgroup, nursery school, childminder, early years",
    "health_visitor": "hv, health visiting, health visiting service, health visitors",
    "gp": "doctor, gp surgery, surgery, general practitioner, gp practice",
    "hospital": "a&e, ed, emergency department, acute trust, midwife, midwifery, maternity, "
    "accident and emergency, "
    "paediatrician, ambulance",
    "refuge": "dv refuge, women's refuge, women's aid, womens aid, refuge worker",
    "housing": "housing officer, housing association, landlord, council housing, housing department",
    "drug_alcohol_service": "drug service, drugs service, alcohol service, drug and alcohol, "
    "drug & alcohol service, "
    "d&a, substance misuse service, cgl",
    "probation": "probation service, probation officer, nps, offender manager",
    "childline": "child line",
    "public": "family, relative, grandmother, grandparent, grandparents, aunt, neighbour, "
    "neighbours, member of public, "
    "member of the public, mop, friend, parent, mother, father, public",
    "early_help": "eh, early help service, early help team, family support, family support worker, "
    "fsw, children's centre, "
    "childrens centre, early help worker",
    "childrens_services": "csc, cs, children's social care, childrens social care, social care, "
    "social services, ssd, "
    "social worker, sw, mash, front door, children services, children's social services, edt, "
    "duty team, cypsc",
    "court": "family court, crown court, magistrates, magistrates court, county court",
    "unspecified": "not known, unknown, not recorded, n/k, nk, unclear",
    "local_authority": "council, other council services",
    "anonymous": "anon, anonymous call, anonymous referral, anonymous report",
}
KIND_WORDS: Final = {
    "domestic_abuse": "dv, da, dva, domestic violence, domestic, domestic incident, "
    "domestic dispute, ipv, "
    "domestic violence and abuse, dv incident, da incident",
    "physical_harm": "physical abuse, physical, physical injury, bruise, bruising, bruises, injury, "
    "unexplained injury, "
    "nai, non-accidental injury, smacked, hit, assault on child",
    "hunger": "no breakfast, no food, no lunch, hungry child, child hungry, underfed",
    "home_conditions": "poor home conditions, house conditions, dirty home, dirty house, "
    "house dirty, living conditions, "
    "home environment",
    "supervision": "lack of supervision, poor supervision, unsupervised, left alone, home alone, "
    "inadequate supervision",
    "parental_substance_misuse": "substance misuse, substance abuse, drugs, alcohol, drug misuse, "
    "alcohol misuse, "
    "drug use, parental drug use, parental alcohol misuse, parental drug misuse, drugs and alcohol, "
    "intoxicated, "
    "drunk, psm",
    "parental_mental_health": "mental health, mh, pmh, maternal mental health, parental mh, depression",
    "risky_adult": "risky adults, unknown males, unknown men, risky males, risky male, "
    "risky adult in home, "
    "person posing a risk, ppr, unknown adults, known offender",
    "sexual_abuse_indicator": "csa, sexual abuse, sexual harm, soreness, cse, sexualised behaviour, "
    "sexual, "
    "child sexual abuse, csa indicator",
    "emotional_harm": "emotional abuse, emotional, emotional neglect",
    "school_absence": "absence, attendance, poor attendance, low attendance, truancy, absent, "
    "absent from school, "
    "unauthorised absence, non-attendance, lateness",
    "missed_health_appointment": "dna, wnb, was not brought, did not attend, missed appointment, "
    "missed appt, fta, "
    "dna appointment, missed health appt, missed immunisation, no show",
    "non_engagement": "no access, no entry, refused access, failed visit, no access visit, "
    "disengaged, disengagement, "
    "did not engage, disguised compliance, refused support",
    "criminality_at_address": "criminality, crime, drug dealing, police raid, drugs raid, asb, "
    "warrant, "
    "anti-social behaviour, dealing",
    "contact": "contact to csc, mash contact, initial contact",
    "referral": "marf, referral to csc, referred, referred to csc, mash referral, re-referral, "
    "rereferral, csc referral",
    "no_further_action": "nfa, no action, nfa'd, no further action taken",
    "early_help": "eh, eha, caf, taf, early help assessment, early help referral, early help offered",
    "assessment_started": "assessment began, assessment opened, c&f assessment started, "
    "single assessment started, "
    "allocated for assessment",
    "assessment_completed": "assessment ended, assessment closed, assessment finished, "
    "c&f assessment completed, "
    "c&f completed, single assessment completed, core assessment completed, "
    "initial assessment completed",
    "strategy_discussion": "strategy meeting, strat, strat disc, strat discussion, strat meeting, "
    "strategy, sd",
    "section_47_enquiry": "s47, s 47, section 47, s47 enquiry, s47 investigation, "
    "section 47 investigation, cp enquiry, "
    "child protection enquiry, s47 started",
    "initial_child_protection_conference": "icpc, initial conference, initial cp conference, "
    "initial case conference",
    "child_in_need_plan_started": "cin, cin plan, child in need, child in need plan, cinp, "
    "cin plan started, section 17, s17",
    "child_in_need_plan_ended": "cin ended, cin plan ended, cin closed, cin plan closed, "
    "stepped down from cin",
    "child_protection_plan_started": "cpp, cp plan, child protection plan, cp plan started, "
    "cpp started, registered, "
    "placed on cp plan, made subject of cp plan, placed on the register",
    "child_protection_plan_ended": "cpp ended, cp plan ended, cpp ceased, cp plan ceased, "
    "de-registered, deregistered, "
    "removed from cp plan, stepped down from cp",
    "review_conference": "rcpc, review child protection conference, review cp conference, "
    "review case conference",
    "police_protection": "ppo, pp, police protection order, police powers of protection, s46, "
    "section 46, "
    "taken into police protection",
    "accommodated_s20": "s20, section 20, accommodated, s 20, voluntary accommodation, s20 accommodation",
    "became_looked_after": "lac, cla, looked after, became lac, foster care, placed in foster care, "
    "taken into care, "
    "removed from home, came into care",
    "care_proceedings": "proceedings, care proceedings issued, proceedings issued, s31, section 31, "
    "public law proceedings",
    "return_home": "returned home, rehabilitated home, rehab home, reunification, went home, "
    "placement ended, returned",
    "case_closed": "closed, closure, case closure, closed to csc, closed case",
    "conviction": "convicted, parent convicted, criminal conviction, sentenced",
    "emergency_protection_order": "epo, emergency protection",
    "interim_care_order": "ico, interim order",
    "care_order": "fco, full care order, care order made, final care order",
    "refuge_stay_started": "moved to refuge, went to refuge, entered refuge, refuge admission, "
    "arrived at refuge",
    "refuge_stay_ended": "left refuge, refuge ended, moved out of refuge",
}
FINDING_WORDS: Final = {
    "substantiated": "found, concerns substantiated, need found, need identified, founded, upheld, "
    "significant harm found",
    "unsubstantiated": "not substantiated, not found, unfounded, no need found, no concerns, "
    "not upheld, "
    "concerns not substantiated",
}
CATEGORY_WORDS: Final = {
    "physical_abuse": "physical",
    "sexual_abuse": "sexual",
    "emotional_abuse": "emotional",
    "multiple": "mixed, several",
    "neglect": "",
}
REASON_WORDS: Final = {
    "assessed_no_further_action": "nfa, no further action, nfa after assessment",
    "assessed_early_help": "early help, step down to early help, stepped down to early help",
    "services_ceased": "ceased, case closed, plan ended, needs met",
    "turned_18": "18, adult, reached 18",
}
SEVERITY_WORDS: Final = {
    "1": "low, minor, slight",
    "2": "medium, moderate",
    "3": "high, serious",
    "4": "very high, severe, critical",
}
"""Assumption: a chronology's words for how severe a concern looked on its own, 1 to 4."""

YES_NO_WORDS: Final = {
    "yes": "y, true, 1, ✓, ✔, believed, informed, shared, told",
    "no": "n, false, 0, not believed, disbelieved, not informed, not shared, not told",
}
NOT_KNOWN: Final = frozenset(
    {"n k", "nk", "not known", "unknown", "not stated", "undated", "tbc", "n a", "na", "none"}
)
"""What people write where they do not know; it is read as an empty cell."""

EVERYBODY: Final = frozenset(
    {"all", "both", "both children", "all children", "children", "the children", "family", "household"}
    | {
        "all siblings",
        "siblings",
        "whole family",
        "the family",
        "the whole household",
        "whole household",
        "sibling group",
    }
)
"""Names of no child: the whole household is meant."""

TO_CHOOSE: Final = {
    "neglect": ("hunger", "home_conditions", "supervision"),
    "abuse": ("domestic_abuse", "physical_harm", "emotional_harm", "sexual_abuse_indicator"),
    "assessment": ("assessment_started", "assessment_completed"),
    "single assessment": ("assessment_started", "assessment_completed"),
    "initial assessment": ("assessment_started", "assessment_completed"),
    "core assessment": ("assessment_started", "assessment_completed"),
    "c&f assessment": ("assessment_started", "assessment_completed"),
    "sa": ("sexual_abuse_indicator", "assessment_started", "assessment_completed"),
    "conference": ("initial_child_protection_conference", "review_conference"),
    "cp conference": ("initial_child_protection_conference", "review_conference"),
    "case conference": ("initial_child_protection_conference", "review_conference"),
    "cp": ("section_47_enquiry", "initial_child_protection_conference", "child_protection_plan_started"),
    "child protection": (
        *("section_47_enquiry", "initial_child_protection_conference", "child_protection_plan_started"),
    ),
    "marac": ("domestic_abuse", "referral"),
    "missing": ("supervision", "school_absence"),
    "refuge": ("refuge_stay_started", "refuge_stay_ended"),
    "removed": ("police_protection", "became_looked_after"),
    "health": ("missed_health_appointment", "parental_mental_health", "physical_harm"),
}
"""Words for a kind that may mean several: a person has to choose."""


def plain(text: str) -> str:
    """Return a text as words are compared: lower case, no apostrophes, and spaces between."""
    return " ".join(re.sub(r"[^\w✓✔]|_", " ", re.sub(r"['’]", "", text.lower())).split())


def _read_as(words: dict[str, str], labels: dict[str, str]) -> dict[str, str]:
    """Return what each plain text is read as: a code, its label and its synonyms are the code."""
    return {
        plain(text): word
        for word, label in labels.items()
        for text in (word, label, *filter(None, words.get(word, "").split(", ")))
    }


LABELS: Final = {
    "column": HEADINGS,
    "agency": AGENCIES,
    "kind": KINDS,
    "finding": dict(zip(FINDINGS, FINDINGS, strict=True)),
    "plan_category": dict(zip(PLAN_CATEGORIES, PLAN_CATEGORIES, strict=True)),
    "reason": CLOSURE_REASONS,
    "severity": dict(zip(SEVERITY_WORDS, SEVERITY_WORDS, strict=True)),
    "yes or no": dict(zip(YES_NO_WORDS, YES_NO_WORDS, strict=True)),
}
"""By noun, its words with the labels that people read."""

SYNONYMS: Final = {
    "column": COLUMN_WORDS,
    "agency": AGENCY_WORDS,
    "kind": KIND_WORDS,
    "finding": FINDING_WORDS,
    "plan_category": CATEGORY_WORDS,
    "reason": REASON_WORDS,
    "severity": SEVERITY_WORDS,
    "yes or no": YES_NO_WORDS,
}
"""By noun, what else people write for each word."""

WORDS: Final = {noun: _read_as(SYNONYMS[noun], LABELS[noun]) for noun in LABELS}
"""By noun, what each text is read as."""

_TO_CHOOSE: Final = {plain(text): words for text, words in TO_CHOOSE.items()}


def meant(noun: str, text: str) -> str | None:
    """Return the word that a person means; None if no word or more than one may be meant."""
    return WORDS[noun].get(plain(text))


def label_of(noun: str, word: str) -> str:
    """Return the words that people read for a word of a noun."""
    return LABELS[noun][word]


def says(noun: str, text: str, word: str) -> bool:
    """Return whether a text is a word or its label, so that nothing was read into it."""
    return plain(text) in (plain(word), plain(label_of(noun, word)))


def not_understood(noun: str, text: str) -> str:
    """Return the rule for a word that is not understood: the choice, the nearest words, or all."""
    text = text if len(text) <= 60 else f"{text[:60]}…"
    if noun == "kind" and (choice := _TO_CHOOSE.get(plain(text))):
        return f"may be {', '.join(choice[:-1])} or {choice[-1]}; write which"
    near = get_close_matches(plain(text), WORDS[noun], n=5, cutoff=0.6)
    valid = list(dict.fromkeys(WORDS[noun][word] for word in near))[:3]
    if valid:
        return f"unknown {noun}; the nearest valid word is {' or '.join(map(repr, valid))}"
    return f"unknown {noun}; valid words are {', '.join(dict.fromkeys(WORDS[noun].values()))}"
