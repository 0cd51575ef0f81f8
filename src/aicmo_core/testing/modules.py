"""
What every module has to keep, as a pytest class to subclass.

```python
from aicmo_core.testing import ModuleConformance
from aicmo_tasting import plugin


class TestTasting(ModuleConformance):
    plugin = plugin
    contract = Path(__file__).with_name("tasting_contract.json")
```

The contract is a file that the kit writes: run the tests with `AICMO_WRITE_CONTRACTS=1`
before a release, and commit it.
"""

import pytest

pytest.register_assert_rewrite("aicmo_core.testing.module_suite")

from aicmo_core.testing.module_suite import ModuleConformance  # noqa: E402

__all__ = ["ModuleConformance"]
