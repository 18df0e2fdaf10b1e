"""Packs: a case as one page that a class works through."""
