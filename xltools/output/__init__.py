"""Findings in each format: one small module a format, each with `render`."""
