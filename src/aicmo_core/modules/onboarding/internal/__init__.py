"""What is private to the onboarding module."""
