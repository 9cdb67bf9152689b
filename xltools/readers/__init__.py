"""Readers: one door to all kinds of files."""
