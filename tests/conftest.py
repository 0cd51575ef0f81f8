"""What holds for all tests."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def commands_make_no_pdf() -> Iterator[None]:
    """Packages of `aicmo` have no PDF, which takes longer than all else, unless a test asks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AICMO_DOCUMENTS", "none")
        yield
