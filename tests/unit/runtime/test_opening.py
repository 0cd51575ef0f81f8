"""An application that cannot be opened lets go of what was opened for it."""

from __future__ import annotations

from typing import Any

import pytest

from aicmo_core import open_app
from aicmo_core.backends.memory import MemoryBackend
from aicmo_core.hooks import BackendProvider
from aicmo_core.kernel import AicmoError
from aicmo_core.runtime.plugins import Offer, PluginInfo, Plugins


class Watched(MemoryBackend):
    """Notes whether it was closed."""

    closed = False

    def close(self) -> None:
        self.closed = True
        super().close()


def plugins(backend: Watched) -> Plugins:
    offered = BackendProvider("watched", lambda _: backend)
    return Plugins(backends={"watched": Offer(offered, PluginInfo("watched"))})


REFUSED: dict[str, dict[str, Any]] = {
    "files": {"artifacts": "nowhere://bucket"},
    "documents": {"documents": ["no such format"]},
    "targets": {"targets": ["nowhere://broker"]},
    "rules": {"rules": {"no such set": {"version": "1"}}},
}


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED.keys())
def test_backend_of_an_url_is_closed(refused: dict[str, Any]) -> None:
    """Whatever it is that cannot be opened behind it."""
    backend = Watched()

    with pytest.raises(AicmoError):
        open_app("watched:", plugins=plugins(backend), **refused)

    assert backend.closed


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED.keys())
def test_backend_of_the_hosts_own_stays_open(refused: dict[str, Any]) -> None:
    """Who opened it closes it."""
    backend = Watched()

    with pytest.raises(AicmoError):
        open_app(backend, plugins=Plugins(), **refused)

    assert not backend.closed
