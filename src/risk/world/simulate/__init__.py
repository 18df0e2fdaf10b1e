"""Simulate: families, week by week: what happens to them, who notices, how services answer."""
