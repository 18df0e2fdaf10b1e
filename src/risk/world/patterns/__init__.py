"""Patterns: the review's thirteen failings, each as a rate of the times it could have happened."""
