"""Alembic migrations of the qc module."""
