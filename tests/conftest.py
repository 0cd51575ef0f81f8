"""What holds for all tests."""

import gc
from collections.abc import Iterator

import pytest


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported and collected stays: the garbage collector need not look at it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def commands_make_no_pdf() -> Iterator[None]:
    """Packages of `aicmo` have no PDF, which takes longer than all else, unless a test asks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AICMO_DOCUMENTS", "none")
        yield
