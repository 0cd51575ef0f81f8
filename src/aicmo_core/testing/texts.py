"""
What every provider of text has to keep, as a pytest class to subclass.

```python
class TestMyModel(TextProviderConformance):
    @pytest.fixture
    def provider(self):
        self.server = ...
        return self.another()

    def another(self):
        return MyModel(self.server.url)
```
"""

import pytest

pytest.register_assert_rewrite("aicmo_core.testing.text_suite")

from aicmo_core.testing.text_suite import TextProviderConformance, text_request  # noqa: E402

__all__ = ["TextProviderConformance", "text_request"]
