"""What is private to the strategy module."""
