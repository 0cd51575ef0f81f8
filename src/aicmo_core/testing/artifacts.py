"""
What every artifact store has to keep, as a pytest class to subclass.

```python
class TestMyStore(ArtifactStoreConformance):
    @pytest.fixture
    def store(self, tmp_path):
        return MyStore(tmp_path)

    def reopen(self, url):
        return MyStore.open(url)
```
"""

import pytest

pytest.register_assert_rewrite("aicmo_core.testing.artifact_suite")

from aicmo_core.testing.artifact_suite import ArtifactStoreConformance  # noqa: E402

__all__ = ["ArtifactStoreConformance"]
