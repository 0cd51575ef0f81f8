"""All that is asked of a backend, in one class."""

import pytest

from aicmo_core.testing.conformance.batches import BatchConformance
from aicmo_core.testing.conformance.certificate import certify
from aicmo_core.testing.conformance.children import ChildConformance
from aicmo_core.testing.conformance.clocks import ClockConformance
from aicmo_core.testing.conformance.commits import CommitConformance
from aicmo_core.testing.conformance.concurrency import ConcurrencyConformance
from aicmo_core.testing.conformance.conflicts import ConflictConformance
from aicmo_core.testing.conformance.durability import DurabilityConformance
from aicmo_core.testing.conformance.hostile import HostileConformance
from aicmo_core.testing.conformance.keys import KeyConformance
from aicmo_core.testing.conformance.life import LifeConformance
from aicmo_core.testing.conformance.limits import LimitConformance
from aicmo_core.testing.conformance.load import LoadConformance
from aicmo_core.testing.conformance.order import OrderConformance
from aicmo_core.testing.conformance.paging import PagingConformance
from aicmo_core.testing.conformance.values import ValueConformance


class BackendConformance(
    ValueConformance,
    KeyConformance,
    OrderConformance,
    PagingConformance,
    ChildConformance,
    CommitConformance,
    ConflictConformance,
    BatchConformance,
    LifeConformance,
    ConcurrencyConformance,
    DurabilityConformance,
    HostileConformance,
    LimitConformance,
    LoadConformance,
    ClockConformance,
):
    """
    One case for each promise of `aicmo_core.storage.Backend`.

    Subclass it, name the class `Test…`, and override the fixture `open_store`: a
    function without arguments that returns a new Backend object, not yet prepared.
    Its first call meets a store that is fresh and empty; each later one opens
    the same data again, as another process would.

    `level` says how much the backend claims to keep; without it all is asked. A backend
    whose rows are private to one object sets `reopens = False`, and one whose rows are
    private to one process `processes = False`: it is not asked what needs a second one.
    What is not asked is not collected. Where a system cannot fork, cases that fork are not
    collected either.

    The cases prepare the backend with `aicmo_core.testing.samples.KIT`, whose
    migrations lie in `aicmo_core.testing.migrations`, and close it.
    """

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Called by pytest for each case that it collects: have the suite certified."""
        certify(type(self), metafunc.config)
