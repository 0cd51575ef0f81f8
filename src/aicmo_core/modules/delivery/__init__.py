"""Delivery: a checked draft becomes a package of complete files."""
