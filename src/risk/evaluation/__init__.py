"""Evaluation: how good a judge is on children it has not seen, and how much of what could be known."""
