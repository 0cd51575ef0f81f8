"""Parked runs are repaired from the command line, with who and why."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from click.testing import CliRunner, Result

from aicmo_core import StepContext, StepRejected, UndoContext, Workflow, open_app, step
from aicmo_core.cli import exits
from aicmo_core.cli.main import aicmo
from aicmo_core.hooks import ENTRY_POINT_GROUP, hookimpl
from aicmo_core.saga import NO_RETRY, external_step


@frozen
class Order:
    number: int = 1


class Booking:
    """The booking service, and a plugin with the workflow that uses it."""

    down = True

    @hookimpl
    def aicmo_workflows(self) -> Sequence[Workflow[Any]]:
        return [booking]


def unbook(context: UndoContext[Order, str]) -> None:
    if Booking.down:
        raise RuntimeError("the booking service does not answer")


@external_step(compensation=unbook, compensation_retry=NO_RETRY)
def book(context: StepContext[Order]) -> str:
    return "booked"


@step
def refuse(context: StepContext[Order]) -> None:
    raise StepRejected("on purpose")


booking = Workflow("booking", 1, Order, [book, refuse])


@frozen
class BookingPoint:
    name: str = "booking"
    value: str = "booking"

    def load(self) -> Any:
        return Booking()


@pytest.fixture
def parked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """A database with one parked run: its URL and the run's id."""
    real = importlib.metadata.entry_points

    def with_booking(**selection: Any) -> Any:
        found = real(**selection)
        return [*found, BookingPoint()] if selection == {"group": ENTRY_POINT_GROUP} else found

    monkeypatch.setattr(importlib.metadata, "entry_points", with_booking)
    Booking.down = True
    url = f"sqlite:///{tmp_path}/runs.db"
    with open_app(url) as app:
        run = app.run(booking, Order())
    yield url, run.id
    Booking.down = True


def call(*arguments: str) -> Result:
    return CliRunner().invoke(aicmo, list(arguments))


def test_retry_once_the_cause_is_gone(parked: tuple[str, str]) -> None:
    """The run is compensated, and the journal says who and why."""
    url, run_id = parked
    Booking.down = False

    result = call("runs", "retry", run_id, "--by", "ada", "--why", "it is back", "--db", url)

    assert result.exit_code == exits.COMPLETED, result.output
    assert f"run {run_id}: compensated" in result.stdout
    audit = json.loads(call("runs", "audit", run_id, "--db", url, "--json").stdout)
    assert audit["balanced"]
    assert [e["details"] for e in audit["journal"] if e["kind"] == "repaired"] == [
        {"action": "retry", "by": "ada", "why": "it is back"}
    ]


def test_retry_in_vain(parked: tuple[str, str]) -> None:
    """Exit code 4: the run is parked again."""
    url, run_id = parked

    result = call("runs", "retry", run_id, "--why", "perhaps", "--db", url, "--json")

    assert result.exit_code == exits.PARKED
    assert json.loads(result.stdout)["state"] == "parked"


def test_waive_an_effect(parked: tuple[str, str]) -> None:
    """Its line in the ledger is closed as waived."""
    url, run_id = parked

    result = call("runs", "waive", run_id, "book", "--why", "by telephone", "--db", url)

    assert result.exit_code == exits.COMPLETED, result.output
    audit = json.loads(call("runs", "audit", run_id, "--db", url, "--json").stdout)
    assert [line["closing"] for line in audit["ledger"]] == ["waived"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("retry", "nobody", "--why", "x"), "there is no run 'nobody'"),
        (("waive", "RUN", "typo", "--why", "x"), "there is no open effect"),
        (("compensate", "RUN", "--why", " "), "$.why: expected text"),
        (("compensate", "RUN"), "Missing option '--why'"),
    ],
)
def test_what_is_refused(parked: tuple[str, str], arguments: tuple[str, ...], message: str) -> None:
    """Exit code 2, and what is wrong."""
    url, run_id = parked
    spelled = [run_id if a == "RUN" else a for a in arguments]

    result = call("runs", *spelled, "--db", url)

    assert result.exit_code == exits.REFUSED
    assert message in result.stderr


def test_a_run_that_is_not_parked(parked: tuple[str, str]) -> None:
    """Has nothing to repair."""
    url, run_id = parked
    Booking.down = False
    call("runs", "retry", run_id, "--why", "it is back", "--db", url)

    result = call("runs", "compensate", run_id, "--why", "again", "--db", url)

    assert result.exit_code == exits.REFUSED
    assert "compensated, not parked" in result.stderr


def test_workflows_are_shown() -> None:
    """In words, or as a flowchart; an unknown name suggests the nearest."""
    words = call("workflow", "show", "client_to_delivery")
    chart = call("workflow", "show", "client_to_delivery", "--mermaid")
    unknown = call("workflow", "show", "client_to_deliver")

    assert "5. create_package: transactional" in words.stdout
    assert chart.stdout.startswith("flowchart TD\n")
    assert unknown.exit_code == exits.REFUSED
    assert "did you mean 'client_to_delivery'?" in unknown.stderr
