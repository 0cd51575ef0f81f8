"""
What every engine has to keep, as a pytest class to subclass.

```python
class TestWorker(EngineConformance):
    def engine(self, app):
        return app.worker(threads=2)

    def advance(self, engine):
        engine.run_until_idle()

    def watch(self, engine):
        engine.run_until_idle(watch=True)

    def stop(self, engine):
        engine.stop()
```
"""

import pytest

pytest.register_assert_rewrite("aicmo_core.testing.engine_suite")

from aicmo_core.testing.engine_suite import EngineConformance  # noqa: E402

__all__ = ["EngineConformance"]
