"""Chronologies: a person's own spreadsheet, read as it was written and understood row by row."""
