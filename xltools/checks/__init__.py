"""Checks: many files checked or annotated, one or several at a time."""
