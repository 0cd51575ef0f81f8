"""Retention: what is purged, and what is left when it is."""

from aicmo_core.runtime.retention.erasure import Erased
from aicmo_core.runtime.retention.purge import Purged
from aicmo_core.runtime.retention.retention import Retention

__all__ = ["Erased", "Purged", "Retention"]
