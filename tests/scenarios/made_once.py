"""Folders that take long to fill, and are filled once for all workers of a run of the tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that *make* has filled: here, or in the worker that came first."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        folder = factory.mktemp(name)
        make(folder)
        return folder
    import fcntl

    of_all = factory.getbasetemp().parent
    folder, made = of_all / name, of_all / f"{name}.made"
    with (of_all / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a worker that could not fill it
            folder.mkdir()
            make(folder)
            made.touch()
    return folder
