"""A storage backend for aicmo_core on LMDB, an embedded key-value store."""

from aicmo_lmdb.backend import LmdbBackend

__all__ = ["LmdbBackend"]
