"""Pictures of a workflow, made from its definition before it ever runs."""

from collections.abc import Iterator
from typing import Any

from aicmo_core.saga.definition import Step, StepKind, Workflow


def to_text(workflow: Workflow[Any]) -> str:
    """Return the workflow's steps, a line each, with what is special about them."""
    lines = [f"{workflow.name}, version {workflow.version}, shape {workflow.fingerprint[:8]}"]
    if workflow.prepare is not None:
        lines.append("  0. prepare: may refuse the input; is never taken back")
    lines += [
        f"  {number}. {step.name}: {', '.join(_facts(step))}"
        for number, step in enumerate(workflow.steps, 1)
    ]
    return "\n".join(lines)


def to_mermaid(workflow: Workflow[Any]) -> str:
    """Return the workflow as a Mermaid flowchart: forward down the middle, undo beside it."""
    lines = ["flowchart TD"]
    before = ""
    if workflow.prepare is not None:
        lines.append("    prepare([prepare])")
        before = "prepare"
    for number, step in enumerate(workflow.steps, 1):
        node = f"s{number}"
        opening, closing = ("[[", "]]") if step.kind is StepKind.EXTERNAL else ("[", "]")
        lines.append(f'    {node}{opening}"{_label(step)}"{closing}')
        if before:
            lines.append(f"    {before} --> {node}")
        if step.compensation is not None:
            lines.append(f'    {node} -. undo .-> u{number}["{_quoted(_name(step.compensation))}"]')
        before = node
    lines.append(f"    {before} --> done([completed])")
    return "\n".join(lines)


def _facts(step: Step[Any, Any]) -> Iterator[str]:
    yield step.kind.value
    if step.pivot:
        yield "the pivot"
    if step.compensation is not None:
        yield f"compensated by {_name(step.compensation)}"
    if step.retry.max_attempts > 1:
        yield f"at most {step.retry.max_attempts} attempts"


def _label(step: Step[Any, Any]) -> str:
    return _quoted(step.name) + (" (pivot)" if step.pivot else "")


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _name(function: Any) -> str:
    return str(getattr(function, "__name__", function))
