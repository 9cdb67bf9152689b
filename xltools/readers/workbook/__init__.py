"""Workbooks: a report from a filled workbook, whatever program saved it."""
