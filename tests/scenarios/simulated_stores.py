"""Worlds for the simulator that any store can keep: the ferry, and the workflow that ships."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from pathlib import Path

from aicmo_core import App, RunState, client_to_delivery, open_app
from aicmo_core.providers.memory_artifacts import MemoryArtifactStore
from aicmo_core.runtime.plugins import load_plugins
from aicmo_core.runtime.runs import Run
from aicmo_core.testing import Process, Simulated, simulate
from scenarios.ferry import Horn, Passenger, open_ferry, passage, text
from scenarios.simulated_worlds import TAKEN_BACK
from scenarios.stores import MemoryOracle, Oracle, failing_order, order

# -- the ferry -------------------------------------------------------------------------------


class Speaking(Horn):
    """The horn, as one process reaches it."""

    def __init__(self, log: Path, process: Process) -> None:
        super().__init__(log)
        self._process = process

    def sound(self, key: str) -> str:
        self._process.moment("sounds")
        return super().sound(key)

    def take_back(self, key: str) -> None:
        super().take_back(key)
        self._process.moment("has taken back")


def run_passage(seed: int, oracle: Oracle, folder: Path) -> tuple[Simulated, object]:
    """
    Return one passage under *seed*, and what is left of it: rows, and what the horn heard.

    Tokens are drawn by chance, so that they are left out.
    """
    horn = Horn(folder / f"{type(oracle).__name__}-{seed}.log")

    def open_it(process: Process) -> App:
        return open_ferry(
            process.backend,
            Speaking(horn.log, process),
            clock=process.clock,
            ids=process.ids,
            waiter=process.waiter,
        )

    def wrong(app: App, runs: Sequence[Run]) -> Iterable[str]:
        standing = len(horn.standing())
        rows = (oracle.count("ferry_tickets"), oracle.count("ferry_manifests"))
        if runs[0].state is RunState.COMPLETED and (standing, *rows) != (1, 1, 1):
            yield f"S2: it completed, and there are {standing}, {rows}"
        if runs[0].state in TAKEN_BACK and (standing, *rows) != (0, 0, 0):
            yield f"S3: it is {runs[0].state.value}, and there are {standing}, {rows}"

    passenger = Passenger("anna", refused=seed % 3 == 0, flaky=seed % 2)
    simulated = simulate(open_it, passage, passenger, seed=seed, store=oracle.backend, oracle=wrong)
    left = [
        [text(row[:2]) for row in oracle.rows(table)]
        for table in ("ferry_tickets", "ferry_manifests")
    ]
    return simulated, (left, horn.asked())


# -- the workflow that ships -----------------------------------------------------------------


def run_delivery(
    seed: int, without: Collection[int] = (), faults: int = 6, cancels: bool = True
) -> Simulated:
    """A client's order, to the package that is delivered; or one that quality control stops."""
    world, files = MemoryOracle(), MemoryArtifactStore()
    fails = seed % 4 == 3

    def open_it(process: Process) -> App:
        return open_app(
            process.backend,
            artifacts=files,
            plugins=load_plugins(),
            clock=process.clock,
            ids=process.ids,
            waiter=process.waiter,
        )

    def wrong(app: App, runs: Sequence[Run]) -> Iterable[str]:
        (run,) = runs
        if run.state in TAKEN_BACK and (world.orphans() or files.list("")):
            yield f"S3: it is {run.state.value}, and there are {world.orphans()}, {files.list('')}"
        if run.state is RunState.COMPLETED and faults:
            found = _counted(world, files)
            if found != _undisturbed(fails):
                yield f"S2: it completed with {found} instead of {_undisturbed(fails)}"
        if run.state not in (RunState.COMPLETED, *TAKEN_BACK):
            yield f"L1: it is {run.state.value}: {run.failure}"
        _LEFT[seed, faults] = _counted(world, files)

    return simulate(
        open_it,
        client_to_delivery,
        failing_order() if fails else order(),
        seed=seed,
        store=world.backend,
        oracle=wrong,
        without=without,
        faults=faults,
        cancels=cancels,
    )


_LEFT: dict[tuple[int, int], object] = {}
"""How much each simulation left, by its seed and how many faults it had."""


def _counted(world: Oracle, files: MemoryArtifactStore) -> object:
    return {table: len(rows) for table, rows in world.everything().items()}, len(files.list(""))


@cache
def _undisturbed(fails: bool) -> object:
    """Return how much an order leaves that nothing happens to."""
    seed = 3 if fails else 0
    run_delivery(seed, faults=0, cancels=False)
    return _LEFT[seed, 0]
