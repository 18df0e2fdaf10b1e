"""The ceiling: the simulated world read backwards: what anybody could know from its record."""
