"""Engines: the loops that keep calling `perform` until a run ends."""
