"""The documents, and the pure functions that make them."""

from collections.abc import Callable, Sequence
from typing import Any

from attrs import frozen

TEXT = "Our autumn campaign speaks to small shops that want to sell more with less effort. "


@frozen
class Brief:
    brief_id: str
    run: str
    client: str
    goal: str
    audience: str
    tone: str
    budget: int


@frozen
class Pillar:
    title: str
    message: str
    weight: float


@frozen
class Strategy:
    strategy_id: str
    run: str
    brief_id: str
    headline: str
    pillars: tuple[Pillar, ...]


@frozen
class Block:
    kind: str
    text: str


@frozen
class Draft:
    draft_id: str
    run: str
    strategy_id: str
    title: str
    blocks: tuple[Block, ...]


@frozen
class Issue:
    code: str
    severity: str
    block: int


@frozen
class QcResult:
    result_id: str
    run: str
    draft_id: str
    score: float
    passed: bool
    issues: tuple[Issue, ...]


@frozen
class Artifact:
    name: str
    mime: str
    size: int


@frozen
class Package:
    package_id: str
    run: str
    draft_id: str
    result_id: str
    checksum: str
    artifacts: tuple[Artifact, ...]


Draw = Callable[[], str]


def brief(draw: Draw, run: str, made: Sequence[Any]) -> Brief:
    return Brief(draw(), run, f"client-{run[-6:]}", TEXT.strip(), "small shops", "warm", 12000)


def strategy(draw: Draw, run: str, made: Sequence[Any]) -> Strategy:
    pillars = tuple(Pillar(f"pillar {i}", TEXT, 0.25 * i) for i in range(3))
    return Strategy(draw(), run, made[0].brief_id, made[0].goal[:40], pillars)


def draft(draw: Draw, run: str, made: Sequence[Any]) -> Draft:
    blocks = tuple(Block("para", TEXT) for _ in range(5))
    return Draft(draw(), run, made[1].strategy_id, made[1].headline, blocks)


def result(draw: Draw, run: str, made: Sequence[Any]) -> QcResult:
    issues = tuple(Issue("tone", "low", i) for i in range(4))
    return QcResult(draw(), run, made[2].draft_id, 0.93, True, issues)


def package(draw: Draw, run: str, made: Sequence[Any]) -> Package:
    files = (
        Artifact("draft.md", "text/markdown", 420),
        Artifact("report.json", "application/json", 99),
    )
    return Package(draw(), run, made[2].draft_id, made[3].result_id, "5f1c9a02", files)


STEPS = (brief, strategy, draft, result, package)
