"""What running workflows can answer other than a result."""

from collections.abc import Callable
from typing import Any

from attrs import define

from aicmo_core.kernel.errors import AicmoError
from aicmo_core.kernel.ids import RunId
from aicmo_core.runtime.records import RunState


def port_name(port: Callable[..., Any]) -> str:
    """Return what errors call a port."""
    return getattr(port, "__name__", repr(port))


@define
class KeyReused(AicmoError):
    """
    A run with this key exists, but it was given another input. Nothing was changed.

    Use another key for another input, or look at the run that the key names.
    """

    workflow: str
    key: str
    run_id: RunId

    def __str__(self) -> str:
        return (
            f"key {self.key!r} of workflow {self.workflow!r} belongs to run {self.run_id}, "
            "which has another input; use another key"
        )


@define
class PortMissing(AicmoError):
    """
    Nobody provides a port that is asked for. Install or allow the module that does.

    `Artifacts` is provided where the application is opened with a place for files.
    """

    port: str
    asked_by: str

    def __str__(self) -> str:
        if self.port == "Artifacts":
            return (
                f"{self.asked_by} asked for {self.port}, and the application has no place for "
                "files; open it with artifacts=FOLDER"
            )
        return (
            f"{self.asked_by} asked for {self.port}, which no module provides; install or "
            "allow the module that does, or hand over a provider when opening the "
            "application; see `aicmo plugins` for what was left out and why"
        )


@define
class PortProvidedTwice(AicmoError):
    """Two plugins provide one port. Leave one of them out, or override it in the host."""

    port: str
    first: str
    second: str

    def __str__(self) -> str:
        return f"{self.port} is provided by both {self.first!r} and {self.second!r}; leave one out"


@define
class PortCircle(AicmoError):
    """
    Adapters need one another to be built, so that none of them ever is.

    Let one of them ask for the other's port when it needs it, not when it is built.
    """

    ports: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"the adapters of {' → '.join(self.ports)} need one another to be built; let one "
            "ask for the other's port later than in its build"
        )


@define
class AdapterUnsound(AicmoError):
    """
    What a module hands over as the adapter of a port is not one. Mend the module.

    A build returns an instance of the port's class, and its code can be imported.
    """

    port: str
    module: str
    reason: str

    def __str__(self) -> str:
        return f"the adapter of {self.port} in module {self.module!r} cannot be used: {self.reason}"


@define
class RunGone(AicmoError):
    """The run was purged while it was worked on; nothing was added to it. Begin another."""

    run_id: RunId

    def __str__(self) -> str:
        return f"run {self.run_id} is gone: it was purged"


@define
class CancelRefused(AicmoError):
    """
    A run cannot be cancelled: it has ended, or passed its pivot. Nothing was changed.

    A run that is past its pivot goes on until it completes or is parked.
    """

    run_id: RunId
    reason: str

    def __str__(self) -> str:
        return f"run {self.run_id} cannot be cancelled: {self.reason}"


@define
class SignalRefused(AicmoError):
    """
    A signal was sent to a run that can never take it. Nothing was changed.

    Look at the run, and at the signals that its workflow waits for.
    """

    run_id: RunId
    signal: str
    reason: str

    def __str__(self) -> str:
        return f"run {self.run_id} cannot take signal {self.signal!r}: {self.reason}"


@define
class RunPurged(AicmoError):
    """
    The key names a run that has ended and was purged. Nothing was changed.

    A key never runs twice. How the run ended is known (`ended_as`), what its steps
    returned is not kept. To do the work again, use another key.
    """

    workflow: str
    key: str
    run_id: RunId
    ended_as: RunState

    def __str__(self) -> str:
        return (
            f"key {self.key!r} of workflow {self.workflow!r} belongs to run {self.run_id}, "
            f"which ended as {self.ended_as.value} and was purged; use another key to run again"
        )


@define
class RunErased(AicmoError):
    """
    What a run's steps returned was erased, with the data of whom the run was about.

    That it ran, and what became of each effect, is still in `app.runs.audit`.
    """

    run_id: RunId

    def __str__(self) -> str:
        return f"the content of run {self.run_id} was erased; its audit shows what is kept"


@define
class SubjectBarred(AicmoError):
    """
    The input is about somebody whose data is being erased, or was. Nothing was written.

    There is no way back: whoever is to be served again gets an id of their own.
    """

    workflow: str

    def __str__(self) -> str:
        return (
            f"workflow {self.workflow!r} takes no input about this subject: erasure was asked "
            "for; whoever is to be served again needs another id"
        )


@define
class ErasureUnfinished(AicmoError):
    """
    Something of a subject cannot be erased. The subject stays barred.

    Mend what is named, then ask for the erasure again; it goes on where it is.
    """

    reason: str

    def __str__(self) -> str:
        return f"the erasure is not finished: {self.reason}; mend that, then ask for it again"


@define
class NotParked(AicmoError):
    """A repair was asked for a run that does not wait for a person. Look at its state."""

    run_id: RunId
    state: str

    def __str__(self) -> str:
        return f"run {self.run_id} is {self.state}, not parked: there is nothing to repair"


@define
class DefinitionChanged(AicmoError):
    """
    A run cannot go on, because its workflow has changed since it was begun.

    Install the former definition, then repair the run.
    """

    run_id: RunId
    workflow: str

    def __str__(self) -> str:
        return (
            f"run {self.run_id} was begun with another definition of workflow "
            f"{self.workflow!r}; install that definition, then repair the run"
        )


@define
class NothingRefused(AicmoError):
    """
    A decision was asked for about a refused event, and none was. Nothing was changed.

    Look at where the subscriber stands: it goes on by itself, or somebody decided already.
    """

    subscriber: str
    collection: str
    key: str
    state: str

    def __str__(self) -> str:
        return (
            f"subscriber {self.subscriber!r} is {self.state} with {self.collection}[{self.key}]: "
            "no event is refused that a person could decide about"
        )
