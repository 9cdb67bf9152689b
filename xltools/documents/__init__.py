"""The finished report: `blocks.compose` makes blocks of prose and tables, `docx.write_docx` and `html.write_html` write them."""
