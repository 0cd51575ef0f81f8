"""Office files: documents that a client edits, with headings and tables of their own."""
