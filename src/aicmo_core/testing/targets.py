"""
What every target of events has to keep, as a pytest class to subclass.

```python
class TestMyTarget(EventTargetConformance):
    too_large = 1_000_001

    @pytest.fixture
    def target(self):
        ...
```
"""

import pytest

pytest.register_assert_rewrite("aicmo_core.testing.target_suite")

from aicmo_core.testing.target_suite import EventTargetConformance  # noqa: E402

__all__ = ["EventTargetConformance"]
