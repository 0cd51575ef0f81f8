"""Alembic migrations of the production module."""
