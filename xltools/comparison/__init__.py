"""Comparison: two reports side by side, as text, JSON and a workbook."""
