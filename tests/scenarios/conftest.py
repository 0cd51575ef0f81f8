"""Fresh stores and applications for scenarios."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from aicmo_core.app import App, open_app
from aicmo_core.runtime.plugins import load_plugins
from aicmo_core.testing.databases import fresh_mariadb, fresh_postgres
from scenarios.ferry import Horn
from scenarios.ferry_stores import MANY, Report, Rounds, fresh_store
from scenarios.stores import (
    BACKENDS,
    MariaDbOracle,
    MemoryOracle,
    Oracle,
    PostgresOracle,
    SqliteOracle,
)


@pytest.fixture(scope="session", autouse=True)
def hears_ctrl_c() -> None:
    """What a shell runs in its background ignores Ctrl-C, and so would all that tests start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(params=BACKENDS)
def oracle(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Oracle]:
    """A fresh store on each backend, with its oracle."""
    match request.param:
        case "memory":
            yield MemoryOracle()
        case "sqlite":
            yield SqliteOracle(tmp_path)
        case "postgres":
            with fresh_postgres() as url:
                yield PostgresOracle(url, load_plugins())
        case "mariadb":
            with fresh_mariadb() as url:
                yield MariaDbOracle(url, load_plugins())


@pytest.fixture(params=[b for b in BACKENDS if b in ("sqlite", "postgres")])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Oracle]:
    """A fresh store that several processes can share."""
    if request.param == "sqlite":
        yield SqliteOracle(tmp_path)
        return
    with fresh_postgres() as url:
        yield PostgresOracle(url, load_plugins())


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The folder of the artifact store."""
    return tmp_path / "out"


@pytest.fixture
def app(oracle: Oracle, out: Path) -> Iterator[App]:
    """An application with every installed plugin."""
    with open_app(oracle.backend(), artifacts=out) as opened:
        yield opened


@pytest.fixture
def rounds(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rounds]:
    """A fresh store with the ferry's tables, and how many rounds to make on it."""
    kind, number = request.param
    with fresh_store(kind, tmp_path) as oracle:
        yield oracle, number * MANY


@pytest.fixture
def horn(tmp_path: Path) -> Horn:
    """The ferry's horn, whose log outlives the processes."""
    return Horn(tmp_path / "horn.log")


@pytest.fixture
def report(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Report:
    """Prints what was counted, also where the test passes."""

    def say(line: str) -> None:
        with capsys.disabled():
            print(f"\n  {request.node.name}: {line}", end="", flush=True)  # noqa: T201

    return say
