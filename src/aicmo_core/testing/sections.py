"""
What every writer of sections has to keep, as a pytest class to subclass.

```python
class TestMySections(SectionWriterConformance):
    @pytest.fixture
    def writer(self):
        return MySections()
```
"""

import pytest

pytest.register_assert_rewrite("aicmo_core.testing.section_suite")

from aicmo_core.testing.section_suite import (  # noqa: E402
    Order,
    SectionWriterConformance,
    hostile,
    planned,
    sample_order,
)

__all__ = ["Order", "SectionWriterConformance", "hostile", "planned", "sample_order"]
