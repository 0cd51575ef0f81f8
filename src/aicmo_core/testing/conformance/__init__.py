"""
What every backend has to keep, as pytest classes to subclass.

A suite for a backend is this, in a file that pytest collects:

```python
class TestMyBackend(BackendConformance):
    level = Level.CONCURRENT

    @pytest.fixture
    def open_store(self, tmp_path):
        return lambda: MyBackend(f"my://{tmp_path}/kit")
```
"""

import pytest

_SUITES = ("base", "values", "keys", "order", "paging", "children", "commits", "conflicts")
_MORE = ("batches", "life", "concurrency", "durability", "forks")
_HARDENED = ("hostile", "limits", "load", "clocks")

pytest.register_assert_rewrite(*(f"{__name__}.{suite}" for suite in (*_SUITES, *_MORE, *_HARDENED)))

from aicmo_core.testing.conformance.base import OpenStore  # noqa: E402
from aicmo_core.testing.conformance.levels import Level  # noqa: E402
from aicmo_core.testing.conformance.suite import BackendConformance  # noqa: E402

__all__ = ["BackendConformance", "Level", "OpenStore"]
