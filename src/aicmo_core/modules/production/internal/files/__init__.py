"""The files of a bundle: pure functions from a draft to bytes."""
