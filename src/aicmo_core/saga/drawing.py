"""Pictures of a workflow, made from its definition before it ever runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from aicmo_core.saga.combinators import Call, Choice, Parallel, Repeat, Sleep, WaitFor
from aicmo_core.saga.definition import Workflow
from aicmo_core.saga.node import Node
from aicmo_core.saga.step import Step, StepKind


def to_text(workflow: Workflow[Any]) -> str:
    """Return the workflow's steps, a line each, with what is special about them."""
    lines = [f"{workflow.name}, version {workflow.version}, shape {workflow.fingerprint[:8]}"]
    if workflow.lock is not None:
        lines.append(f"  holds a lock; waits for it for at most {workflow.lock_timeout}")
    if workflow.deadline is not None:
        lines.append(f"  is taken back if not past its pivot after {workflow.deadline}")
    if workflow.prepare is not None:
        lines.append("  0. prepare: may refuse the input; is never taken back")
    return "\n".join([*lines, *_lines(workflow.steps, "  ")])


def _lines(nodes: Sequence[Node[Any]], indent: str) -> Iterator[str]:
    for number, node in enumerate(nodes, 1):
        yield f"{indent}{number}. {node.name}: {', '.join(_facts(node))}"
        for where, held in node.nested():
            deeper = f"{indent}   "
            if where:
                yield f"{deeper}{where[1:]}:"
                deeper += "  "
            yield from _lines(held, deeper)


def _facts(node: Node[Any]) -> Iterator[str]:
    match node:
        case Step():
            yield from _step_facts(node)
        case Parallel():
            yield "branches that do not wait for one another"
        case Choice():
            yield "the first alternative whose condition holds"
        case Repeat():
            yield f"until {_name(node.until)}, at most {node.at_most} rounds"
        case WaitFor():
            yield f"waits for signal {node.signal.name}"
            if node.timeout is not None:
                yield f"{'goes on' if node.optional else 'fails'} after {node.timeout}"
        case Sleep():
            yield f"sleeps for {node.duration}"
        case Call():
            yield f"the steps of workflow {node.workflow.name}"


def _step_facts(step: Step[Any, Any]) -> Iterator[str]:
    yield step.kind.value
    if step.pivot:
        yield "the pivot"
    if not step.checkpoint:
        yield "in one commit with the next"
    if step.compensation is not None:
        yield f"compensated by {_name(step.compensation)}"
    if step.retry.max_attempts > 1:
        yield f"at most {step.retry.max_attempts} attempts"
    if step.was_done is not None:
        yield f"asks {_name(step.was_done)} where its outcome is unknown"


def to_mermaid(workflow: Workflow[Any]) -> str:
    """Return the workflow as a Mermaid flowchart: forward down the middle, undo beside it."""
    chart = _Chart()
    before: list[str] = []
    if workflow.prepare is not None:
        chart.lines.append("    prepare([prepare])")
        before = ["prepare"]
    before = chart.sequence(workflow.steps, before)
    chart.lines += [f"    {end} --> done([completed])" for end in before]
    return "\n".join(chart.lines)


class _Chart:
    """Lines of a flowchart. Its methods take the ends that come before, and return those after."""

    def __init__(self) -> None:
        self.lines = ["flowchart TD"]
        self._numbers = count(1)

    def sequence(self, nodes: Sequence[Node[Any]], before: list[str]) -> list[str]:
        for node in nodes:
            before = self._node(node, before)
        return before

    def _node(self, node: Node[Any], before: list[str]) -> list[str]:
        match node:
            case Step():
                return self._step(node, before)
            case Parallel() | Choice():
                opening, closing = ("{{", "}}") if isinstance(node, Parallel) else ("{", "}")
                split = self._box(opening, node.name, closing, before)
                tails = [self._held(where, held, split) for where, held in node.nested()]
                skipped = isinstance(node, Choice) and all(a.condition for a in node.alternatives)
                return [end for tail in tails for end in tail] + ([split] if skipped else [])
            case Repeat() | Call():
                into = self._box("([", node.name, "])", before)
                (_, held), *_ = node.nested()
                ends = self.sequence(held, [into])
                if isinstance(node, Repeat):
                    self.lines += [f"    {end} -. again .-> {into}" for end in ends]
                return ends
        return [self._box("(", ", ".join([node.name, *_facts(node)]), ")", before)]

    def _held(self, where: str, held: Sequence[Node[Any]], split: str) -> list[str]:
        """Draw what lies behind *where*, whose first arrow says so."""
        first = len(self.lines)
        ends = self.sequence(held, [split])
        arrow = next(
            n for n in range(first, len(self.lines)) if f"    {split} --> " in self.lines[n]
        )
        label = f'-- "{_quoted(where[1:])}" -->'
        self.lines[arrow] = self.lines[arrow].replace("-->", label, 1)
        return ends

    def _step(self, step: Step[Any, Any], before: list[str]) -> list[str]:
        opening, closing = ("[[", "]]") if step.kind is StepKind.EXTERNAL else ("[", "]")
        label = step.name + (" (pivot)" if step.pivot else "")
        node = self._box(opening, label, closing, before)
        if step.compensation is not None:
            undo = f'u{node[1:]}["{_quoted(_name(step.compensation))}"]'
            self.lines.append(f"    {node} -. undo .-> {undo}")
        return [node]

    def _box(self, opening: str, label: str, closing: str, before: list[str]) -> str:
        node = f"s{next(self._numbers)}"
        self.lines.append(f'    {node}{opening}"{_quoted(label)}"{closing}')
        self.lines += [f"    {end} --> {node}" for end in before]
        return node


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _name(function: Any) -> str:
    return str(getattr(function, "__name__", function))
