"""What is private to the production module."""
