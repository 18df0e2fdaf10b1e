"""Patterns: the review's failings, each as a rate of the times it could have happened."""
