"""Published reports: from a Word file, a web page, a PDF or plain text to a Report."""
