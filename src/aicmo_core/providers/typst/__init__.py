"""PDF by typst: one fixed template, and documents as its data."""
