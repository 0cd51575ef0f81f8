"""Benchmarks: each file answers one question. See README.md."""
