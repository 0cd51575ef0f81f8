"""What workflows are made of: nodes, and those nodes that yield a result."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, Generic, TypeVar

from aicmo_core.saga.errors import WorkflowInvalid
from aicmo_core.saga.paths import RESERVED

In = TypeVar("In")
R = TypeVar("R")


class Node(ABC, Generic[In]):
    """
    A part of a workflow: a step, or something that arranges others.

    It is a value. Its name is unique among the nodes that stand beside it.
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """How the journal calls it."""

    @property
    @abstractmethod
    def shape(self) -> list[Any]:
        """What a run in flight depends on, as plain data; part of the fingerprint."""

    def nested(self) -> Iterator[tuple[str, Sequence[Node[Any]]]]:
        """
        Return the sequences that it holds, each behind the text that leads there.

        The text is appended to the node's own path: `/name` or `|branch`, or nothing
        where the node holds one sequence.
        """
        return iter(())

    def with_nested(self, where: str, nodes: Sequence[Node[Any]]) -> Node[In]:
        """Return this node with *nodes* as the sequence that `nested` has behind *where*."""
        raise LookupError(f"{self.name} holds no nodes")


class Yielding(Node[In], Generic[In, R]):
    """A node whose result later ones may ask for."""

    @property
    @abstractmethod
    def result_type(self) -> Any:
        """
        The type of the result, by which it is stored.

        Raises:
            WorkflowInvalid: It cannot be found out.
        """


def check_sequence(workflow: str, where: str, nodes: Sequence[object]) -> None:
    """
    Refuse a sequence that could not be told apart in a journal.

    Raises:
        WorkflowInvalid: It is empty, a node is none, has no name or a name with a
            reserved character, or two have one name.
    """
    if not nodes:
        raise WorkflowInvalid(workflow, f"{where} has no steps")
    names: set[str] = set()
    for at, node in enumerate(nodes, 1):
        if not isinstance(node, Node):
            found = getattr(node, "__name__", repr(node))
            raise WorkflowInvalid(
                workflow,
                f"step {at} of {where} is {found}, which is no step; decorate it with @step, or "
                "pass a workflow by call(...)",
            )
        check_name(workflow, f"step {at} of {where}", node.name)
        if node.name in names:
            raise WorkflowInvalid(workflow, f"two steps of {where} are named {node.name!r}")
        names.add(node.name)


def check_name(workflow: str, what: str, name: str) -> None:
    """
    Refuse a name that could not stand in a path.

    Raises:
        WorkflowInvalid: It is empty, or has a reserved character.
    """
    if not name.strip():
        raise WorkflowInvalid(workflow, f"{what} has no name")
    if found := [c for c in RESERVED if c in name]:
        raise WorkflowInvalid(
            workflow,
            f"{what} is named {name!r}; {found[0]!r} divides the paths of a journal, choose "
            "another name",
        )
