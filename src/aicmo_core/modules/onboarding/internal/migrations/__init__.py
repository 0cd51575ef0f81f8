"""Alembic migrations of the onboarding module."""
