"""The section writers: one module for each section id, with a pure function `write`."""
