"""
The wiring: plugins, a backend, an artifact store and an engine become an application.

Nothing else in the library knows all of them.
"""

from aicmo_core.app.addresses import open_backend, open_renderer, open_store, open_target
from aicmo_core.app.app import TRANSACT_ATTEMPTS, App
from aicmo_core.app.opening import open_app
from aicmo_core.app.parts import schemas
from aicmo_core.app.work import Work

__all__ = [
    "TRANSACT_ATTEMPTS",
    "App",
    "Work",
    "open_app",
    "open_backend",
    "open_renderer",
    "open_store",
    "open_target",
    "schemas",
]
