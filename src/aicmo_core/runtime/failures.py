"""What an exception says about the attempt that raised it."""

from __future__ import annotations

import traceback
from typing import Any

from aicmo_core.hooks import ArtifactUnavailable
from aicmo_core.kernel.errors import AlreadyExists, InvalidValue
from aicmo_core.kernel.structuring import unstructure_as
from aicmo_core.saga import FailureKind, StepRejected, TransientFailure
from aicmo_core.storage import BackendUnavailable, Conflict

_TRANSIENT = (
    TransientFailure,
    BackendUnavailable,
    ArtifactUnavailable,
    ConnectionError,
    TimeoutError,
)


def classify(error: Exception) -> FailureKind:
    """Return what kind of failure *error* is: a reason of the business, of the moment, or a bug."""
    if isinstance(error, StepRejected | AlreadyExists):
        return FailureKind.BUSINESS
    if isinstance(error, _TRANSIENT):
        return FailureKind.TRANSIENT
    return FailureKind.BUG


def say(error: BaseException) -> str:
    """Return *error* in one line: text that any store can hold."""
    text = str(error) if isinstance(error, StepRejected) else f"{type(error).__name__}: {error}"
    return storable(text if len(text) <= 2000 else text[:1997] + "...")


def explain(error: BaseException) -> dict[str, Any]:
    """Return plain data for the journal: where it was raised, and what it says of itself."""
    frames = traceback.extract_tb(error.__traceback__)
    details: dict[str, Any] = {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "raised": [f"{f.filename}:{f.lineno} {f.name}" for f in frames[-5:]],
    }
    if isinstance(error, StepRejected):
        details["details"] = _plain(dict(error.details))
    if isinstance(error, Conflict):
        details["conflicts"] = [storable(str(item)) for item in error.items]
    if error.__cause__ is not None:
        details["cause"] = say(error.__cause__)
    return details


def _plain(data: Any) -> Any:
    try:
        return unstructure_as(data, Any)
    except InvalidValue as error:
        return {"unstorable": str(error), "text": storable(repr(data)[:2000])}


def storable(text: str) -> str:
    """Return *text* with what no database takes, NUL and lone surrogates, replaced."""
    return text.replace("\x00", "\ufffd").encode(errors="replace").decode()
