"""Missed opportunities: rules on a chronology, each with the records that show it."""
