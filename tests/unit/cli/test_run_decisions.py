"""What a person says to a run from the command line, and what the run waits for."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from click.testing import CliRunner, Result

from aicmo_core import App, StepContext, Workflow, open_app, step
from aicmo_core.cli import exits
from aicmo_core.cli.main import aicmo
from aicmo_core.hooks import ENTRY_POINT_GROUP, hookimpl
from aicmo_core.runtime.coordinator import Coordinator
from aicmo_core.saga import Signal, wait_for
from aicmo_core.storage import BackendUnavailable


@frozen
class Order:
    client: str = "anna"


@frozen
class Verdict:
    approved: bool
    remarks: str = ""


@frozen
class Invoice:
    cents: int


approval = Signal("approval", Verdict)


@step
def draft(context: StepContext[Order]) -> str:
    return "draft"


@step(pivot=True)
def publish(context: StepContext[Order]) -> str:
    return context.result(approved).remarks


@step
def invoice(context: StepContext[Order]) -> Invoice:
    if context.result(approved).remarks == "no invoice":
        raise ValueError("the ledger is closed")
    return Invoice(100)


approved = wait_for(approval)


class Agency:
    """A plugin with a workflow that waits for approval; a test may change it."""

    workflows: Sequence[Workflow[Any]] = ()

    @hookimpl
    def aicmo_workflows(self) -> Sequence[Workflow[Any]]:
        return self.workflows


@frozen
class AgencyPoint:
    name: str = "agency"
    value: str = "agency"

    def load(self) -> Any:
        return Agency()


def launching(*first: Any, version: int = 1) -> Workflow[Any]:
    nodes = [*first, approved, publish, invoice]
    return Workflow("launching", version, Order, nodes, lock=lambda o: f"client:{o.client}")


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database, in a folder of its own, with the plugin installed."""
    real = importlib.metadata.entry_points

    def with_agency(**selection: Any) -> Any:
        found = real(**selection)
        return [*found, AgencyPoint()] if selection == {"group": ENTRY_POINT_GROUP} else found

    monkeypatch.setattr(importlib.metadata, "entry_points", with_agency)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Agency, "workflows", [launching(draft)])
    monkeypatch.setenv("AICMO_DB", address := f"sqlite:///{tmp_path}/runs.db")
    with open_app(address):
        pass
    (tmp_path / "order.json").write_text("{}")
    return address


@pytest.fixture
def waiting(url: str) -> str:
    """The id of a run that waits for approval."""
    assert call("start", "launching", "order.json", "--key", "a").exit_code == exits.COMPLETED
    assert call("worker", "--until-idle").exit_code == exits.COMPLETED
    return str(shown_all()[0]["run_id"])


def call(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(aicmo, list(arguments), input=stdin)


def shown_all() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(call("runs", "list", "--json").stdout)["runs"]
    return found


def shown(run_id: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(call("runs", "show", run_id, "--json").stdout)
    return found


def entries(run_id: str, kind: str) -> list[Any]:
    journal = json.loads(call("runs", "audit", run_id, "--json").stdout)["journal"]
    return [e["details"] for e in journal if e["kind"] == kind]


def test_start_writes_a_run(url: str) -> None:
    """It belongs to nobody, and nothing of it is done; its key names it again."""
    first = call("start", "launching", "order.json", "--key", "a", "--json")
    again = call("start", "launching", "order.json", "--key", "a", "--json")

    assert first.exit_code == again.exit_code == exits.COMPLETED
    run = json.loads(first.stdout)
    assert (run["state"], run["executor"]) == ("running", "")
    assert run["next_at"] is not None
    assert json.loads(again.stdout)["run_id"] == run["run_id"]
    assert entries(run["run_id"], "completed") == []


def test_start_in_memory(url: str) -> None:
    """Is refused: the run would be gone before a worker sees it."""
    done = call("start", "launching", "order.json", "--db", "memory:")

    assert done.exit_code == exits.REFUSED
    assert "name a database" in done.stderr


@pytest.mark.parametrize("words", [["start"], ["run"]])
def test_key_without_a_character(url: str, words: list[str]) -> None:
    """Is refused by both commands that take one."""
    done = call(*words, "launching", "order.json", "--key", "")

    assert done.exit_code == exits.REFUSED
    assert "at least one character" in done.stderr


def test_run_that_comes_to_a_wait(url: str) -> None:
    """Exit code 5: it is neither done nor in need of repair; the command to look is named."""
    done = call("run", "launching", "order.json")

    assert done.exit_code == exits.WAITING
    run_id = shown_all()[0]["run_id"]
    assert f"run {run_id}: waiting\n" in done.stdout
    assert f"aicmo runs show {run_id}" in done.stdout


def test_show_what_a_run_waits_for(waiting: str) -> None:
    """The signal and the lock that it holds, for people and for programs."""
    words = call("runs", "show", waiting).stdout
    run = shown(waiting)

    assert "waits for:   signal approval at approval\n" in words
    assert "holds:       lock client:anna\n" in words
    assert run["waits_for"] == [
        {
            "awaited": "signal",
            "step": "approval",
            "what": "approval",
            "until": None,
            "held_by": None,
        }
    ]
    assert (run["locks"], run["unknown"]) == (["client:anna"], None)


def test_show_a_run_that_waits_for_a_lock(waiting: str) -> None:
    """Which one, until when, and which run holds it."""
    call("start", "launching", "order.json")
    call("worker", "--until-idle")
    other = shown_all()[0]["run_id"]

    words = call("runs", "show", other).stdout

    assert f"waits for:   lock client:anna, held by run {waiting}, until " in words
    assert shown(other)["waits_for"][0]["held_by"] == waiting


def test_show_a_run_whose_workflow_is_gone(waiting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its row is shown all the same, and why nobody knows what it waits for."""
    monkeypatch.setattr(Agency, "workflows", [])

    done = call("runs", "show", waiting)

    assert done.exit_code == exits.COMPLETED
    assert "state:       waiting" in done.stdout
    assert "what it waits for is not known: unknown workflow 'launching'" in done.stderr
    run = shown(waiting)
    assert run["waits_for"] is None
    assert "launching" in run["unknown"]


def test_signal_goes_on_with_the_run(waiting: str) -> None:
    """The payload is read as the signal declares it, and the journal says who sent it."""
    done = call(
        "runs", "signal", waiting, "approval", "--data", '{"approved": true}', "--by", "ada"
    )

    assert done.exit_code == exits.COMPLETED, done.output
    assert f"run {waiting}: completed" in done.stdout
    assert entries(waiting, "signalled") == [{"signal": "approval", "by": "ada", "key": ""}]


@pytest.mark.parametrize("data", ["@verdict.yaml", "@-"])
def test_signal_with_data_from_a_file(waiting: str, data: str) -> None:
    """JSON or YAML, or standard input."""
    Path("verdict.yaml").write_text("approved: true\nremarks: fine\n")

    done = call("runs", "signal", waiting, "approval", "--data", data, stdin='{"approved": true}')

    assert done.exit_code == exits.COMPLETED, done.output
    assert shown(waiting)["state"] == "completed"


def test_signal_that_is_left_to_a_worker(waiting: str) -> None:
    """Is journaled, and nothing is done here."""
    sent = ["runs", "signal", waiting, "approval", "--data", '{"approved": true}']

    done = call(*sent, "--no-advance", "--key", "once")
    call(*sent, "--no-advance", "--key", "once")

    assert (done.exit_code, shown(waiting)["state"]) == (exits.COMPLETED, "running")
    assert len(entries(waiting, "signalled")) == 1, "of one key, one is taken"
    assert call("worker", "--until-idle").exit_code == exits.COMPLETED
    assert shown(waiting)["state"] == "completed"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("approval", "--data", '{"approved": 1}'), "$.approved: expected true or false"),
        (("approval", "--data", "{"), "--data, line 1"),
        (("approval", "--data", "@nowhere.json"), "nowhere.json: No such file"),
        (("approva",), "waits for approval"),
        (("approval", "--data", '{"approved": true}', "--by", " "), "$.by: expected text"),
    ],
)
def test_signals_that_are_refused(waiting: str, words: tuple[str, ...], message: str) -> None:
    """Exit code 2, what is wrong, and nothing is journaled."""
    done = call("runs", "signal", waiting, *words)

    assert done.exit_code == exits.REFUSED
    assert message in done.stderr
    assert entries(waiting, "signalled") == []


def test_cancel_before_the_pivot(waiting: str) -> None:
    """It is taken back here; the journal says who and why, and its lock is free."""
    done = call("runs", "cancel", waiting, "--by", "ada", "--why", "the client left")

    assert done.exit_code == exits.COMPLETED, done.output
    assert f"run {waiting}: cancelled\nwhy: cancelled by ada: the client left" in done.stdout
    assert entries(waiting, "cancelled") == [{"by": "ada", "why": "the client left"}]
    assert shown(waiting)["locks"] == []


def test_cancel_that_is_left_to_a_worker(waiting: str) -> None:
    """Is acknowledged at once; a worker takes the run back."""
    done = call("runs", "cancel", waiting, "--why", "the client left", "--no-advance")

    assert (done.exit_code, shown(waiting)["state"]) == (exits.COMPLETED, "compensating")
    call("worker", "--until-idle")
    assert shown(waiting)["state"] == "cancelled"


@pytest.mark.parametrize(
    "words",
    [("cancel", "--why", "too late"), ("signal", "approval", "--data", '{"approved":true}')],
)
def test_run_that_has_ended(waiting: str, words: tuple[str, ...]) -> None:
    """Takes no word any more: exit code 2."""
    call("runs", "signal", waiting, "approval", "--data", '{"approved": true}')

    done = call("runs", words[0], waiting, *words[1:], "--json")

    assert done.exit_code == exits.REFUSED
    error = json.loads(done.stdout)["error"]
    assert error["type"] == f"{words[0].title()}Refused"
    assert "it is completed" in error["message"]


@pytest.fixture
def parked(waiting: str) -> str:
    """The id of a run that is parked past its pivot."""
    data = '{"approved": true, "remarks": "no invoice"}'
    done = call("runs", "signal", waiting, "approval", "--data", data)
    assert done.exit_code == exits.PARKED
    assert "waits for:   a person at invoice: " in call("runs", "show", waiting).stdout
    return waiting


def test_skip_what_a_parked_run_cannot_do(parked: str) -> None:
    """The result is read as the step declares it, and the run goes on."""
    done = call(
        "runs",
        "skip",
        parked,
        "invoice",
        "--result",
        '{"cents": 90}',
        "--why",
        "on paper",
        "--by",
        "ada",
    )

    assert done.exit_code == exits.COMPLETED, done.output
    assert f"run {parked}: completed" in done.stdout
    assert entries(parked, "repaired") == [{"action": "skip", "by": "ada", "why": "on paper"}]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("invoice", "--result", '{"cents": "90"}'), "$.cents: expected an int, found str '90'"),
        (("invoice",), "expected an object, found None"),
        (("publish", "--result", '"x"'), "that is parked past the pivot 'publish'"),
        (("invoic", "--result", "90"), "that is parked past the pivot 'invoic'"),
    ],
)
def test_skips_that_are_refused(parked: str, words: tuple[str, ...], message: str) -> None:
    """Exit code 2, and the run stays as it is."""
    done = call("runs", "skip", parked, *words, "--why", "on paper")

    assert done.exit_code == exits.REFUSED
    assert message in done.stderr
    assert entries(parked, "repaired") == []


def test_check_before_a_deployment(waiting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 0 while all go on, 4 if some would park or lack their workflow; and why."""
    same = call("workflow", "check")
    monkeypatch.setattr(Agency, "workflows", [launching(version=2)])
    changed = call("workflow", "check")
    monkeypatch.setattr(Agency, "workflows", [])
    missing = call("workflow", "check", "--json")

    assert same.exit_code == exits.COMPLETED
    assert "launching, version 1, shape " in same.stdout
    assert "1 not ended, 1 can go on\nevery run can go on\n" in same.stdout
    assert changed.exit_code == missing.exit_code == exits.PARKED
    assert "  1 would park: step 1 was 'draft', and is 'approval' now\n" in changed.stdout
    assert f"    {waiting}\n1 would park, 0 would be left\n" in changed.stdout
    found = json.loads(missing.stdout)
    assert (found["clean"], found["parks"], found["left"]) == (False, 0, 1)
    (begun,) = found["definitions"]
    assert (begun["workflow"], begun["installed"], begun["goes_on"]) == ("launching", None, 0)
    assert begun["stopped"] == [
        {"reason": "no workflow 'launching' is installed", "runs": 1, "examples": [waiting]}
    ]


def test_check_names_few_of_many(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are counted."""
    for _ in range(7):
        call("start", "launching", "order.json")
    monkeypatch.setattr(Agency, "workflows", [])

    done = call("workflow", "check")

    assert "  7 would be left: " in done.stdout
    assert "    and 2 more\n" in done.stdout


def test_worker_as_json(url: str) -> None:
    """One object: why it has stopped, and what it has done."""
    call("start", "launching", "order.json")

    done = call("worker", "--until-idle", "--json")

    assert done.exit_code == exits.COMPLETED
    assert json.loads(done.stdout) == {
        "stopped_by": "idle",
        "advanced": 1,
        "recovered": 0,
        "failed": 0,
        "relayed": 0,
    }


def test_worker_that_could_not_advance_a_run(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 1 for a timer to notice, and the others are counted."""
    call("start", "launching", "order.json")

    def away(*_: Any, **__: Any) -> None:
        raise BackendUnavailable("the store", "it is away")

    monkeypatch.setattr(Coordinator, "claim", away)

    done = call("worker", "--until-idle", "--json")

    assert done.exit_code == exits.UNEXPECTED
    assert json.loads(done.stdout)["failed"] == 1


def test_worker_without_the_workflow_of_a_run(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It leaves the run to those that have it: nothing failed."""
    call("start", "launching", "order.json")
    monkeypatch.setattr(Agency, "workflows", [])

    done = call("worker", "--until-idle", "--json")

    assert done.exit_code == exits.COMPLETED
    assert json.loads(done.stdout)["failed"] == 0


def test_error_in_a_worker_until_idle(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the thread that works is told by the command, and not lost with the thread."""

    def broken(_: App, threads: int) -> Any:
        class Broken:
            def run_until_idle(self) -> None:
                raise ZeroDivisionError("on purpose")

        return Broken()

    monkeypatch.setattr(App, "worker", broken)

    done = call("worker", "--until-idle", "--json")

    assert done.exit_code == exits.UNEXPECTED
    assert json.loads(done.stdout)["error"]["type"] == "ZeroDivisionError"
