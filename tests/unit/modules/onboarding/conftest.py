"""The desk that the adapters' tests work at."""

import pytest

from unit.modules.onboarding.onboarding_desk import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()
