"""Readers: one door to all kinds of files that a report may come in."""
