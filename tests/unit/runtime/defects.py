"""
Deliberate defects of the runtime and its engines, each a small patch of the source.

Each names the promise that it breaks, and the test that must notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from attrs import field, frozen

Patch: TypeAlias = tuple[str, str, str]
"""A file of the package, without its ending; what is found there; what it becomes."""


@frozen
class Defect:
    """
    Patches, the promise that is broken by them, and who notices.

    Attributes:
        noticed_by: A file of this folder and a test in it, without `test_` and `.py`.
        arguments: What the test is called with, besides its fixtures.
    """

    name: str
    patches: Sequence[Patch]
    breaks: str
    noticed_by: tuple[str, str]
    arguments: Mapping[str, Any] = field(factory=dict)


WRITING, ATTEMPTING = "runtime.writing", "runtime.attempting"
DRIVING, LOOKING = "engines.driving", "engines.looking"
STARTING = "runtime.starting"

DEFECTS = [
    Defect(
        "fences nothing: neither the run's row nor the journal's numbers",
        [
            (
                WRITING,
                "[self._run_change(run, record, token), *required, *changes]",
                "[*required, *changes]\n"
                "        if (stored := self._backend.get(RUNS, run_key(run))) is None:\n"
                "            batch.append(self._run_change(run, record, token))\n"
                "        elif token != run.token:\n"
                "            batch.append(Replace(RUNS, RUNS.encode(record, token), stored.token))",
            ),
            (
                WRITING,
                "to_record(run_id, first + i, now, entry), new_token())\n"
                "            for i, entry in enumerate(entries)",
                "evolver(JOURNAL.item, 'attempt')(to_record(run_id, n + i, now, entry), n + i),"
                " new_token())\n"
                "            for n in [1 + len(self.journal(run_id))]\n"
                "            for i, entry in enumerate(entries)",
            ),
        ],
        "of two processes on one run, one commits each entry",
        ("two_on_one_run", "process_that_stands_still_in_a_step"),
    ),
    Defect(
        "catches up although another executor has the run",
        [
            (
                WRITING,
                "same = record.executor == run.record.executor and record.state.live",
                "same = record.state.live",
            )
        ],
        "who has lost a run does not go on with it",
        ("two_on_one_run", "signal_to_a_run_that_was_taken_over"),
    ),
    Defect(
        "takes rows back before it journals so",
        [
            (
                "runtime.compensating",
                "self._around.writer.append(run, [entry], work.changes(), emitted)",
                "self._around.backend.commit(work.changes())\n"
                "            self._around.writer.append(run, [entry], (), emitted)",
            )
        ],
        "what a compensation does and its entry are one commit",
        ("two_on_one_run", "crash_while_a_step_is_taken_back"),
        {"name": "deposit", "fault": "CRASH_BEFORE"},
    ),
    Defect(
        "makes a key for each attempt",
        [
            (
                "runtime.context",
                "        return self._attempt\n\n    @property\n"
                "    def idempotency_key(self) -> str:\n"
                "        return idempotency_key(self._run.record.run_id, self._path)",
                "        return self._attempt\n\n    @property\n"
                "    def idempotency_key(self) -> str:\n"
                '        return f"{self._run.record.run_id}/{self._path}/{self._attempt}"',
            )
        ],
        "all attempts of a step act under one key",
        ("two_on_one_run", "all_attempts_have_one_key"),
    ),
    Defect(
        "acts outside before it journals the intent",
        [
            (
                "runtime.performing",
                "if run.step_at(command.step).kind is StepKind.EXTERNAL:",
                "if run.step_at(command.step).kind is None:",
            )
        ],
        "what may have happened outside is taken back",
        ("unknown_outcomes", "service_that_cannot_tell"),
        {"answer": None},
    ),
    Defect(
        "takes a service that is away for one that says no",
        [
            (
                ATTEMPTING,
                "                exc_info=True,\n            )\n            return None",
                "                exc_info=True,\n            )\n            return NotDone()",
            )
        ],
        "what may have happened outside is taken back",
        ("unknown_outcomes", "service_that_cannot_tell"),
        {"answer": ConnectionError("away")},
    ),
    Defect(
        "commits a step although the run was cancelled meanwhile",
        [(ATTEMPTING, "            return any(\n", "            return True or any(\n")],
        "once a run is cancelled, it goes backwards only",
        ("cancelling", "while_a_transactional_step_is_at_work"),
    ),
    Defect(
        "forgets what was done outside while the run was cancelled",
        [
            (
                ATTEMPTING,
                "return True  # it has acted, whatever was decided meanwhile",
                "return False",
            ),
            (
                ATTEMPTING,
                "            self._journal_late(run.record.run_id, late)",
                "            pass",
            ),
        ],
        "what was done outside is journaled, and taken back",
        ("cancelling", "while_an_external_step_is_at_work"),
    ),
    Defect(
        "cancels past the pivot",
        [("runtime.runs", "            if run.bound:\n", "            if False:\n")],
        "to cancel takes effect before the pivot, or is refused",
        ("cancelling", "run_past_its_pivot"),
    ),
    Defect(
        "cancels while the pivot is at work",
        [
            (
                "runtime.live",
                "return self.standing.turned or self.standing.bound(self.workflow)",
                "return self.standing.turned or self.standing.past_pivot or self.standing.kept",
            )
        ],
        "to cancel takes effect before the pivot, or is refused",
        ("cancelling", "while_an_external_pivot_is_at_work"),
    ),
    Defect(
        "drops a run that was cancelled while it was let go of",
        [
            (
                DRIVING,
                "                        self._coordinator.release(run)\n",
                "                        try:\n"
                "                            self._coordinator.release(run)\n"
                "                        except Fenced:\n"
                "                            pass\n",
            )
        ],
        "a run that has something to do is in somebody's hands, or due",
        ("cancelling", "cancelled_between_the_failure_and_the_release"),
    ),
    Defect(
        "takes a signal twice",
        [("saga.standing", "            now.signals.remove(taken)\n", "            pass\n")],
        "a signal is taken once",
        ("signals", "one_signal_and_two_waits"),
    ),
    Defect(
        "journals a signal again that was sent again",
        [("runtime.runs", "if key and key in run.standing.signal_keys:", "if False:")],
        "of signals with one key, a run takes the first",
        ("signals", "signal_that_is_sent_twice_with_one_key"),
    ),
    Defect(
        "repeats a step because a signal came meanwhile",
        [
            (
                WRITING,
                "and self._catch_up(run) and wanted())",
                "and self._catch_up(run) and False)",
            )
        ],
        "a signal does not disturb the step that is at work",
        ("signals", "signal_that_comes_while_a_step_is_at_work"),
    ),
    Defect(
        "keeps a waiting run for itself",
        [
            (
                WRITING,
                "        if isinstance(run.next, Wait) or not state.live:",
                "        if not state.live:",
            )
        ],
        "a run that waits belongs to nobody, from the entry on that says so",
        ("two_on_one_run", "run_that_begins_to_wait"),
    ),
    Defect(
        "sets timers by the host's clock",
        [
            (
                "runtime.performing",
                "until = None if duration is None else self._around.backend.now() + duration",
                "until = None if duration is None else self._around.clock.now() + duration",
            )
        ],
        "a timer is never early, and never lost, by the store's clock",
        ("timers", "host_whose_clock_is_days_ahead"),
    ),
    Defect(
        "lets a timer go off a little early",
        [(DRIVING, "if remaining <= timedelta(0):", "if remaining <= timedelta(seconds=1):")],
        "a timer is never early, and never lost, by the store's clock",
        ("timers", "deadline_in_the_callers_own_thread"),
    ),
    Defect(
        "lets a retry put the deadline off",
        [
            (
                "runtime.live",
                "if deadline is None or self.bound or (due is None and not isinstance("
                "self.next, Wait)):",
                "if deadline is None or self.bound or not isinstance(self.next, Wait):",
            )
        ],
        "a run is taken back at its deadline",
        ("timers", "deadline_before_the_next_attempt"),
    ),
    Defect(
        "does not release locks",
        [(WRITING, "        batch += self._unlocked(run, record)\n", "")],
        "the end of a run releases its locks",
        ("locks", "two_runs_with_one_lock"),
    ),
    Defect(
        "releases the locks of a run that parks",
        [
            (
                WRITING,
                "    if not record.state.ended or run.record.state.ended:",
                "    if record.state.live or run.record.state.ended:",
            )
        ],
        "a parked run keeps its locks",
        ("locks", "parked_run_keeps_its_lock"),
    ),
    Defect(
        "waits for its own lock",
        [("runtime.locking", "changes: list[Change] = [] if held else", "changes: list[Change] =")],
        "a run does not wait for itself",
        ("locks", "lock_that_the_run_has_already"),
    ),
    Defect(
        "waits for a lock for ever",
        [("runtime.locking", "        elif now >= until:\n", "        elif False:\n")],
        "a run that gets no lock in time parks, and says whose it is",
        ("locks", "lock_that_is_not_released_in_time"),
    ),
    Defect(
        "commits a group in parts when it is tried again",
        [(ATTEMPTING, "following.not_before > self._around.backend.now()", "True")],
        "a group is one commit, and one failure",
        ("groups", "failure_that_is_tried_again"),
    ),
    Defect(
        "forgets the events of a step",
        [(WRITING, "        batch += [change for change, _ in stored]\n", "")],
        "an event is stored with its change",
        ("groups", "steps_of_a_group_are_one_commit"),
    ),
    Defect(
        "takes what is no answer for one",
        [("saga.combinators", "    if not isinstance(said, bool):", "    if said is Ellipsis:")],
        "a condition says true or false, or fails",
        ("conditions", "condition_that_says_neither_true_nor_false"),
        {"kind": "choice", "said": None},
    ),
    Defect(
        "takes the newest run first",
        [(LOOKING, "self._found.pop(0)", "self._found.pop()")],
        "no run starves behind those that came after it",
        ("workers", "run_behind_a_stream_of_new_ones"),
    ),
    Defect(
        "takes a run from an executor that is alive",
        [
            (
                "runtime.coordinator",
                "(stored.executor != seen or not stored.state.live)",
                "not stored.state.live",
            )
        ],
        "only what is nobody's, or of one who is gone, is taken",
        ("workers", "run_that_another_worker_took_first"),
    ),
    Defect(
        "takes the silent for dead at once",
        [("runtime.recovery", "if now - since < self._executor.lapse}", "if False}")],
        "only what is nobody's, or of one who is gone, is taken",
        ("workers", "executor_that_is_silent"),
    ),
    Defect(
        "does not look again for what was missing",
        [(LOOKING, "        self._rehearsed.forget()", "        pass")],
        "what cannot go on here goes on as soon as it can",
        ("workers", "piece_that_is_missing_for_a_while"),
    ),
    Defect(
        "begins another step although it is stopped",
        [
            (
                DRIVING,
                "if (run.token is not None and self._halted()) or not",
                "if not",
            )
        ],
        "to stop is to finish the step, and to let the run go",
        ("workers", "stopped_between_two_steps"),
    ),
    Defect(
        "forgets the inputs that share a key with another of their batch",
        [(STARTING, "        if again:", "        if False:")],
        "a key has one run",
        ("starting_many", "one_key_for_several_inputs"),
    ),
    Defect(
        "drops a batch of which one run is there",
        [
            (
                STARTING,
                "                continue\n            outcome.new",
                "                return\n            outcome.new",
            )
        ],
        "what does not fit is told, and the rest is written",
        ("starting_many", "keys_that_name_runs_already"),
    ),
    Defect(
        "takes its own run for somebody else's",
        [(STARTING, "elif stored.run_id == record.run_id:", "elif False:")],
        "what this call has written is told as new",
        ("starting_many", "worker_that_is_faster_than_a_lost_answer"),
    ),
    Defect(
        "writes about a person without asking whether that is allowed",
        [
            (
                STARTING,
                "self._subjects.required(None, record)",
                "self._subjects.required('', record)",
            )
        ],
        "nothing is written about somebody who is erased",
        ("starting_many", "person_who_is_erased_meanwhile"),
    ),
    Defect(
        "looks at an input when its turn has come",
        [(STARTING, "        self._check(workflow, asked)\n", "")],
        "all inputs are looked at before anything is written",
        ("starting_many", "inputs_that_cannot_be_stored"),
    ),
    Defect(
        "begins each look before what is left alone",
        [(LOOKING, "                    self._behind = record", "                    pass")],
        "a look does not grow with what is left alone",
        ("many_runs", "runs_that_are_left_alone_are_read_once"),
    ),
    Defect(
        "looks where the faster worker looks",
        [
            (
                LOOKING,
                "return found if spread == 1 else self._own(found)",
                "return found[: self._page]",
            )
        ],
        "workers share the runs that are due",
        ("many_runs", "workers_that_meet_at_the_same_runs"),
    ),
    Defect(
        "keeps the journals of what it recovered",
        [
            (
                "engines.inline",
                "report.take(view(run.record, self._coordinator.load))",
                "report.take(self._finished(run))",
            )
        ],
        "what a recovery holds does not grow",
        ("many_runs", "recovery_of_many_abandoned_runs"),
    ),
]
