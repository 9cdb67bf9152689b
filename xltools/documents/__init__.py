"""Documents: the finished report as .docx and .html."""
