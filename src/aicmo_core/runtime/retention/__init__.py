"""Retention: what is purged, erased and swept, and what is left when it is."""

from aicmo_core.runtime.retention.erasure import Erased
from aicmo_core.runtime.retention.leftovers import Leftover
from aicmo_core.runtime.retention.purge import Purged
from aicmo_core.runtime.retention.retention import Retention
from aicmo_core.runtime.retention.sweep import Kept, Swept

__all__ = ["Erased", "Kept", "Leftover", "Purged", "Retention", "Swept"]
