"""Core: what every part speaks: kinds, errors, wording, calendar, arrays and draws."""
