"""Factors: what makes it likely that an assessment identifies each of them, in anybody of the household."""

import numpy as np

from risk.core.kinds import FACTORS, KIND
from risk.world.hidden_state import STATE_ABUSE, STATE_CARE, STATE_MISUSE, STATE_RISKY, STRAINED, is_serious

# What makes a factor likely to be identified: the state of the home, or the concern that was referred.
REFERRED_FOR = {
    "domestic_abuse": "domestic_abuse",
    "mental_health": "parental_mental_health",
    "physical_abuse": "physical_harm",
    "sexual_abuse": "sexual_abuse_indicator",
    "emotional_abuse": "emotional_harm",
    "neglect": "hunger",
    "drug_misuse": "parental_substance_misuse",
    "alcohol_misuse": "parental_substance_misuse",
}
PRESENT = {
    "domestic_abuse": STATE_ABUSE == 1,
    "mental_health": STATE_CARE >= STRAINED,
    "drug_misuse": STATE_MISUSE == 1,
    "alcohol_misuse": STATE_MISUSE == 1,
    "neglect": is_serious(np.arange(len(STATE_CARE))),
    "emotional_abuse": is_serious(np.arange(len(STATE_CARE))),
    "physical_abuse": is_serious(np.arange(len(STATE_CARE))),
    "sexual_abuse": STATE_RISKY == 1,
}
PRESENT_IN = np.stack([PRESENT[name] for name in FACTORS])  # (factor, state)
REFERRED_AS = np.array([[KIND[REFERRED_FOR[name]]] for name in FACTORS])
