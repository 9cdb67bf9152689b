"""The locked workbook: written by `template`, read by `reader`."""
