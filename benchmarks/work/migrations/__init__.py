"""Alembic migrations of the benchmark's module."""
