"""Alembic migrations of the strategy module."""
