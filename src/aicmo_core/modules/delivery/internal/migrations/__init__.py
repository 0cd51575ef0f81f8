"""Alembic migrations of the delivery module."""
