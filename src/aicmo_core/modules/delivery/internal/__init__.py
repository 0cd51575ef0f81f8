"""What is private to the delivery module."""
