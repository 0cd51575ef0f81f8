"""The migrations of the tables of legal review."""
