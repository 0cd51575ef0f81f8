"""The clients, a desk that drafts for them, and ways to read a report as a stranger would."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from aicmo_core.backends.memory import MemoryBackend
from aicmo_core.modules.production.internal.collections import ALL
from aicmo_core.storage import ModuleSchema
from aicmo_core.testing.fixtures import FixedClock, SequentialIds
from unit.modules.orders import report_reader
from unit.modules.orders.order_desk import SHARED
from unit.modules.production.clients import CLIENTS, NOW, ODD, Client
from unit.modules.production.desk import Desk, Folder


@pytest.fixture(params=sorted(CLIENTS))
def client(request: pytest.FixtureRequest) -> Client:
    """Each of the five clients in turn."""
    return CLIENTS[request.param]()


@pytest.fixture(params=sorted({**CLIENTS, **ODD}))
def any_client(request: pytest.FixtureRequest) -> Client:
    """The five clients, and those whose answers are short, hostile or in another script."""
    return {**CLIENTS, **ODD}[request.param]()


@pytest.fixture
def make() -> Callable[[str], Client]:
    """Return a client by its key."""
    return lambda key: {**CLIENTS, **ODD}[key]()


@pytest.fixture
def open_desk() -> Callable[..., Desk]:
    """Return a desk for some clients."""

    def open_for(*clients: Client, fails_at: int | None = None) -> Desk:
        backend = MemoryBackend()
        backend.prepare([ModuleSchema("production", ALL)])
        return Desk(backend, clients, FixedClock(NOW), SequentialIds("made"), Folder(fails_at))

    return open_for


@pytest.fixture
def read_sentences() -> Callable[[str], list[str]]:
    return report_reader.sentences


@pytest.fixture
def read_plain() -> Callable[[str], str]:
    return report_reader.plain


@pytest.fixture
def find_faults() -> Callable[[Mapping[str, Any], str], list[str]]:
    """Return how a section's Markdown breaks a rule of the benchmark shape."""
    return report_reader.faults


@pytest.fixture
def benchmark_rules() -> Mapping[str, Any]:
    """The agency's own rule file, where this machine has it."""
    path = SHARED / "section_benchmarks" / "quick_social.json"
    if not path.exists():
        pytest.skip(f"the agency's rule files are not there: {path}")
    sections: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))["sections"]
    return sections
