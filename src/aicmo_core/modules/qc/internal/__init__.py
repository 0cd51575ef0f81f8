"""What is private to the qc module."""
