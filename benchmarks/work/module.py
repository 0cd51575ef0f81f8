"""The work as a module and a workflow of the library: what a host would write."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from attrs import frozen

from aicmo_core.hooks import Module, provides
from aicmo_core.kernel import Event, Ids
from aicmo_core.saga import StepContext, Workflow, step
from aicmo_core.storage import Collection, Store
from benchmarks.work import documents
from benchmarks.work.documents import Brief, Draft, Package, QcResult, Strategy

BRIEFS = Collection("bench_briefs", Brief, key="brief_id")
STRATEGIES = Collection(
    "bench_strategies", Strategy, key="strategy_id", children={"pillars": "bench_pillars"}
)
DRAFTS = Collection("bench_drafts", Draft, key="draft_id", children={"blocks": "bench_blocks"})
RESULTS = Collection(
    "bench_results", QcResult, key="result_id", children={"issues": "bench_issues"}
)
PACKAGES = Collection(
    "bench_packages", Package, key="package_id", children={"artifacts": "bench_artifacts"}
)
COLLECTIONS: tuple[Collection[Any], ...] = (BRIEFS, STRATEGIES, DRAFTS, RESULTS, PACKAGES)


@frozen
class Stored(Event):
    """A document was stored."""

    key: str


class DocumentsPort(ABC):
    """Makes and stores documents."""

    @abstractmethod
    def make(self, number: int, run: str, made: list[Any]) -> Any:
        """Make and store document *number* of a run."""


class Documents(DocumentsPort):
    def __init__(self, store: Store, ids: Ids) -> None:
        self._store = store
        self._ids = ids

    def make(self, number: int, run: str, made: list[Any]) -> Any:
        collection = COLLECTIONS[number]
        document = documents.STEPS[number](self._ids.new, run, made)
        self._store.open(collection).add(document)
        key = getattr(document, collection.key[0])
        self._store.emit(Stored(key), collection, key)
        return document


MODULE = Module(
    "bench",
    COLLECTIONS,
    [provides(DocumentsPort).by(lambda s: Documents(s.store, s.get(Ids)))],
    migrations="benchmarks.work.migrations",
)


@frozen
class Order:
    client: str = "x"


def _make(context: StepContext[Order], number: int) -> Any:
    made = [context.result(one) for one in _STEPS[:number]]
    return context.port(DocumentsPort).make(number, context.run_id, made)


def normalize_brief(context: StepContext[Order]) -> Brief:
    return _make(context, 0)  # type: ignore[no-any-return]


def generate_strategy(context: StepContext[Order]) -> Strategy:
    return _make(context, 1)  # type: ignore[no-any-return]


def generate_draft(context: StepContext[Order]) -> Draft:
    return _make(context, 2)  # type: ignore[no-any-return]


def qc_evaluate(context: StepContext[Order]) -> QcResult:
    return _make(context, 3)  # type: ignore[no-any-return]


def create_package(context: StepContext[Order]) -> Package:
    return _make(context, 4)  # type: ignore[no-any-return]


_FUNCTIONS: tuple[Callable[[StepContext[Order]], Any], ...] = (
    normalize_brief,
    generate_strategy,
    generate_draft,
    qc_evaluate,
    create_package,
)
_STEPS = tuple(step(function) for function in _FUNCTIONS)
five_steps = Workflow("five_steps", version=1, input=Order, steps=_STEPS)

all_at_once = Workflow(
    "all_at_once",
    version=1,
    input=Order,
    steps=tuple(step(checkpoint=False)(function) for function in _FUNCTIONS),
)
"""The same steps in one commit."""


def _nothing(context: StepContext[Order]) -> None:
    """Do nothing, so that what is measured is the run and its journal."""


empty_steps = Workflow(
    "empty_steps",
    version=1,
    input=Order,
    steps=tuple(step(name=f"empty_{number}")(_nothing) for number in range(5)),
)
