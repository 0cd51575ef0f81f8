"""
Subjects: whose data runs are about, and who is barred because it is erased.

A store knows a subject by a digest only, so that no id of a person is kept by having
erased it. A run of a workflow that names a subject is stored only if the subject's row
is still as it was read: whoever began it before the bar, and was paused, is refused.
"""

from __future__ import annotations

import hashlib
from typing import Any, TypeVar

from attrs import frozen

from aicmo_core.kernel.clock import Clock, Ids
from aicmo_core.kernel.errors import InvalidValue, Problem
from aicmo_core.kernel.event import Event
from aicmo_core.kernel.ids import CorrelationId
from aicmo_core.kernel.values import describe
from aicmo_core.runtime.errors import SubjectBarred
from aicmo_core.runtime.records import SUBJECTS, RunRecord, SubjectRecord, SubjectState
from aicmo_core.saga import Workflow
from aicmo_core.storage import Backend, Insert, Require, Token, UnitOfWork, new_token

In = TypeVar("In")


def subject_digest(subject: str) -> str:
    """Return what stands for the id of a subject in the library's own tables."""
    return hashlib.sha256(f"aicmo subject\x00{subject}".encode()).hexdigest()


def subject_of_event(event: Event) -> str | None:
    """Return the digest of whom *event* is about, if its class says so."""
    field = type(event).subject_field
    return None if field is None else subject_digest(str(getattr(event, field)))


@frozen
class Subjects:
    """The subjects of one store, as runs meet them."""

    backend: Backend
    clock: Clock

    def admit(self, workflow: Workflow[In], run_input: In) -> str | None:
        """
        Return the digest of whom *run_input* is about; None if the workflow names nobody.

        Raises:
            SubjectBarred: The subject's data is erased, or about to be.
            InvalidValue: The workflow gives something else than an id.
        """
        if workflow.subject is None:
            return None
        named: Any = workflow.subject(run_input)  # a host's function, typed or not
        if not isinstance(named, str) or not named.strip():
            problem = Problem("$", f"expected an id, found {describe(named)}")
            raise InvalidValue(f"subject of {workflow.name}", (problem,))
        digest = subject_digest(named)
        row = self.backend.get(SUBJECTS, (digest,))
        if row is not None and SUBJECTS.decode(row).state is not SubjectState.ADMITTED:
            raise SubjectBarred(workflow.name)
        return digest

    def required(self, token: Token | None, record: RunRecord) -> list[Require | Insert]:
        """
        Return what the first commit of a run requires: that its subject is admitted.

        A subject that nothing is known of is admitted with that commit.

        Raises:
            SubjectBarred: It is not any more.
        """
        if token is not None or record.subject is None:
            return []
        row = self.backend.get(SUBJECTS, (record.subject,))
        if row is None:
            admitted = SUBJECTS.encode(self._admitted(record.subject), new_token())
            return [Insert(SUBJECTS, admitted)]
        if SUBJECTS.decode(row).state is not SubjectState.ADMITTED:
            raise SubjectBarred(record.workflow)
        return [Require(SUBJECTS, row.key, row.token)]

    def _admitted(self, digest: str) -> SubjectRecord:
        return SubjectRecord(digest, SubjectState.ADMITTED, self.clock.now(), {})

    def open_work(
        self, workflow: Workflow[In], run_input: In, ids: Ids, correlation: CorrelationId
    ) -> UnitOfWork:
        """
        Return a unit of work for a preparation, which is refused if its subject is barred.

        Raises:
            SubjectBarred: The subject is barred already.
        """
        digest = self.admit(workflow, run_input)
        work = UnitOfWork(self.backend, ids, self.clock, correlation, checked=digest is not None)
        if digest is not None:
            row = work.read(SUBJECTS, (digest,)).before
            if row is None:
                work.repository(SUBJECTS).add(self._admitted(digest))
            elif SUBJECTS.decode(row).state is not SubjectState.ADMITTED:
                raise SubjectBarred(workflow.name)
        return work
