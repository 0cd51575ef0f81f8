"""The memory backend keeps every promise of the storage port."""

import pytest

from aicmo_core.backends.memory import Memory, MemoryBackend
from aicmo_core.backends.memory.plugin import aicmo_backends
from aicmo_core.kernel import InvalidValue
from aicmo_core.storage import DeclarationError, ModuleSchema, compile_query
from aicmo_core.testing import BackendConformance, OpenStore
from aicmo_core.testing.conformance.base import insert
from aicmo_core.testing.samples import CARDS, KIT, TICKETS, Card, Ticket


class TestMemoryBackend(BackendConformance):
    """Two objects on one `Memory` stand for two users of one store."""

    processes = False

    @pytest.fixture
    def open_store(self) -> OpenStore:
        memory = Memory()
        return lambda: MemoryBackend(memory)


def test_url_opens_an_empty_store_of_its_own() -> None:
    """Each `memory:` is another memory."""
    [provider] = aicmo_backends()
    one, other = provider.open("memory:"), provider.open("memory://")
    for backend in (one, other):
        backend.prepare([KIT])

    one.commit([insert(CARDS, Card(card_id="a"))])

    assert (provider.scheme, one.count(CARDS), other.count(CARDS)) == ("memory", 1, 0)


@pytest.mark.parametrize("url", ["memory:name", "memory:///file.db"])
def test_url_with_a_name_is_refused(url: str) -> None:
    """There is no memory to find again by a name, so none is promised."""
    [provider] = aicmo_backends()

    with pytest.raises(InvalidValue, match="expected 'memory:' and nothing after it"):
        provider.open(url)


def test_collection_that_was_not_prepared_is_refused() -> None:
    """What a database would refuse for want of a table, memory refuses too."""
    backend = MemoryBackend()
    backend.prepare([ModuleSchema("kit", (CARDS,))])

    with pytest.raises(DeclarationError, match="'kit_tickets': it was not handed to prepare"):
        backend.commit([insert(CARDS, Card(card_id="a")), insert(TICKETS, Ticket(1))])
    with pytest.raises(DeclarationError):
        backend.get(TICKETS, (1,))
    with pytest.raises(DeclarationError):
        backend.find(TICKETS, compile_query(TICKETS))

    assert backend.count(CARDS) == 0
