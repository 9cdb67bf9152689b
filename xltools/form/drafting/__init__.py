"""A form drafted from a table that an office has in a spreadsheet: its headings, kinds and formulas, and the form.toml that they come to."""
