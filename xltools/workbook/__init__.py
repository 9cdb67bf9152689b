"""Workbooks: the locked one, the annotated copy, and every other."""
