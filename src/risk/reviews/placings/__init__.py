"""The placings: all the ways in which imprecise dates can fall, and when the line is reached in each."""
