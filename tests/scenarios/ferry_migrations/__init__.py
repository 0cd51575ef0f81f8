"""The tables of the ferry."""
