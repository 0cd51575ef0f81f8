"""
Where a definition may go, written out: every path, and what must have happened before it.

It is made from what the combinators mean, and shares no code with the decision. Rounds
are few in the definitions that are drawn, so that every path can be listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from attrs import define, field, frozen

from aicmo_core.saga import Call, Choice, Node, Parallel, Repeat, Sleep, Step, WaitFor, Workflow

Need: TypeAlias = tuple[str, str, str | None]
"""What must hold: "finished", "decided", "locked" or "whole", of a path, with a value."""

ANYTHING = None


@frozen
class Spot:
    """
    A path that a run may come to.

    Attributes:
        kind: What stands there.
        node: The node of the definition.
        needs: What must hold before it starts.
        ways: The ways in which what it holds can have come to its end.
        branches: The branches that it lies in, by the parallel node.
        riding: The steps directly before it that share its commit, or wait for one.
    """

    path: str
    kind: str
    node: Any
    needs: tuple[Need, ...]
    ways: tuple[tuple[Need, ...], ...]
    branches: Mapping[str, str]
    riding: tuple[str, ...] = ()


@define
class Plan:
    """
    Every path of a definition, and what has happened of it.

    Attributes:
        spots: Every path.
        top: What must hold for the run to be complete.
        done: The paths that have completed, or were skipped.
        decisions: What choices, rounds and calls came to.
        locks: Where locks were taken.
    """

    spots: dict[str, Spot] = field(factory=dict)
    top: tuple[Need, ...] = ()
    locked: bool = False
    done: set[str] = field(factory=set)
    decisions: dict[str, str] = field(factory=dict)
    locks: set[str] = field(factory=set)

    @classmethod
    def of(cls, workflow: Workflow[Any]) -> Plan:
        plan = cls(locked=workflow.lock is not None)
        needs: tuple[Need, ...] = (("locked", "", ANYTHING),) if plan.locked else ()
        plan.top = tuple(plan._lay(workflow.steps, "", needs, {}))
        return plan

    @property
    def complete(self) -> bool:
        return self.holds(*self.top)

    def may_start(self, path: str) -> bool:
        """Return whether all that *path* waits for has happened, and it itself has not."""
        spot = self.spots.get(path)
        if spot is None or path in self.done or path in self.decisions:
            return False
        return spot.kind not in ("parallel", "repeat") and self.holds(*spot.needs)

    def may_fail(self, path: str) -> bool:
        """Return whether *path* may start, if what rides in its commit is done in there."""
        riding = self.spots[path].riding if path in self.spots else ()
        done, self.done = self.done, self.done | set(riding)
        try:
            return self.may_start(path)
        finally:
            self.done = done

    def may_lock(self, path: str) -> bool:
        """Return whether the lock of the run, or of the call at *path*, is to be taken."""
        if path in self.locks:
            return False
        if path == "":
            return self.locked
        spot = self.spots[path]
        wants = spot.kind == "call" and spot.node.workflow.lock is not None
        decided = path in self.decisions and path not in self.done
        return wants and decided and self.holds(*spot.needs)

    def apart(self, one: str, other: str) -> bool:
        """Return whether two paths lie in different branches of one parallel node."""
        mine, theirs = self.spots[one].branches, self.spots[other].branches
        return any(theirs.get(at, branch) != branch for at, branch in mine.items())

    def holds(self, *needs: Need) -> bool:
        return all(self._holds(*need) for need in needs)

    def _holds(self, what: str, path: str, value: str | None) -> bool:
        match what:
            case "finished":
                ways = self.spots[path].ways
                return path in self.done or any(self.holds(*way) for way in ways)
            case "decided":
                said = self.decisions.get(path)
                return said is not None and value in (ANYTHING, said)
            case "locked":
                return path in self.locks
            case "whole":
                return path not in self.done
        return path in self.done

    def _lay(
        self,
        nodes: Sequence[Node[Any]],
        lead: str,
        needs: tuple[Need, ...],
        branches: Mapping[str, str],
    ) -> Iterator[Need]:
        """Write *nodes* out, and return what holds when they are finished."""
        riding: list[str] = []
        for node in nodes:
            path = lead + node.name
            kind, ways = type(node).__name__.lower(), tuple(self._ways(node, path, needs, branches))
            self.spots[path] = Spot(path, kind, node, needs, ways, branches, tuple(riding))
            riding = [*riding, path] if getattr(node, "checkpoint", True) is False else []
            finished: Need = ("finished", path, ANYTHING)
            needs = (*needs, finished)
            yield finished

    def _ways(
        self, node: Node[Any], path: str, needs: tuple[Need, ...], branches: Mapping[str, str]
    ) -> Iterator[tuple[Need, ...]]:
        needs = (*needs, ("whole", path, ANYTHING))
        match node:
            case Step() | WaitFor() | Sleep():
                return
            case Parallel():
                ends: list[Need] = []
                for b in node.branches:
                    ends += self._lay(
                        b.nodes, f"{path}|{b.name}/", needs, {**branches, path: b.name}
                    )
                yield tuple(ends)
            case Choice():
                yield (("decided", path, ""),)
                for a in node.alternatives:
                    taken: Need = ("decided", path, a.name)
                    lead = f"{path}/{a.name}/"
                    yield (taken, *self._lay(a.nodes, lead, (*needs, taken), branches))
            case Repeat():
                yield from self._rounds(node, path, needs, branches)
            case Call():
                started: list[Need] = [("decided", path, ANYTHING)]
                if node.workflow.lock is not None:
                    started.append(("locked", path, ANYTHING))
                steps = node.workflow.steps
                lead = f"{path}/"
                yield (*started, *self._lay(steps, lead, (*needs, *started), branches))

    def _rounds(
        self,
        node: Repeat[Any],
        path: str,
        needs: tuple[Need, ...],
        branches: Mapping[str, str],
    ) -> Iterator[tuple[Need, ...]]:
        for number in range(1, node.at_most + 1):
            here = f"{path}#{number}"
            within = (*needs, ("whole", here, ANYTHING))
            ends = tuple(self._lay(node.nodes, f"{here}/", within, branches))
            asked = (*within, *ends)
            self.spots[here] = Spot(here, "round", node, asked, (), branches)
            yield (*ends, ("decided", here, "true"))
            yield (("done", here, ANYTHING),)
            needs = (*within, *ends, ("decided", here, "false"))
