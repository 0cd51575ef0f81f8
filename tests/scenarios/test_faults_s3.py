"""An S3 service that fails in the middle: what is referenced is there, and nothing else is."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest
from attrs import frozen
from click.testing import CliRunner

from aicmo_core import (
    RunState,
    StepContext,
    StepRejected,
    Workflow,
    client_to_delivery,
    open_app,
    step,
)
from aicmo_core.cli.main import aicmo
from aicmo_core.hooks import Artifacts, ArtifactUnavailable
from aicmo_core.kernel import to_json
from aicmo_core.providers.s3_artifacts import RETRIES, S3ArtifactStore
from aicmo_core.runtime.plugins import Plugins, load_plugins
from aicmo_core.runtime.retention import Leftover
from aicmo_core.workflows.client_to_delivery import create_package
from scenarios.s3_server import CREDENTIALS, S3Relay, S3Server, Trouble
from scenarios.stores import failing_order, order

ALWAYS = 1 + RETRIES
"""How often a request has to fail until the client gives it up."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    server = S3Server(tmp_path_factory.mktemp("s3"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def relay(server: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Relay]:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with S3Relay(server).serving() as relay:
        yield relay


@pytest.fixture
def bucket(server: S3Server) -> str:
    return server.new_bucket()


@pytest.fixture
def store(relay: S3Relay, bucket: str) -> S3ArtifactStore:
    return S3ArtifactStore.open(f"s3://{bucket}/out?endpoint={relay.endpoint}")


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins(allow=[])


def conditions(relay: S3Relay) -> list[str]:
    return [asked.condition.partition(":")[0] for asked in relay.asked if asked.method == "PUT"]


def test_object_is_created_and_never_written_over_unseen(
    store: S3ArtifactStore, relay: S3Relay
) -> None:
    """A second content replaces the one that was read, and no other."""
    store.put("run-1/a", b"first")
    store.put("run-1/a", b"second")

    assert conditions(relay) == ["If-None-Match", "If-None-Match", "If-Match"]
    assert store.get("run-1/a") == b"second"


def test_same_content_again_changes_nothing(
    store: S3ArtifactStore, relay: S3Relay, server: S3Server, bucket: str
) -> None:
    """An attempt that repeats another's work leaves its objects as they are."""
    first = store.put("run-1/a", b"data")

    again = store.put("run-1/a", b"data")

    assert again == first
    assert conditions(relay) == ["If-None-Match", "If-None-Match"]
    assert server.keys(bucket) == ["out/run-1/a"]


@pytest.mark.parametrize("trouble", [Trouble.LOST, Trouble.UNANSWERED, Trouble.REFUSED])
@pytest.mark.parametrize("method", ["HEAD", "GET", "PUT"])
def test_request_that_fails_once_is_sent_again(
    store: S3ArtifactStore, relay: S3Relay, method: str, trouble: Trouble
) -> None:
    """Also when it was carried out: an object of this content is what was asked for."""
    relay.fail(method, trouble)

    receipt = store.put("run-1/a", b"data")

    assert receipt.sha256 == sha256(b"data").hexdigest()
    assert store.get("run-1/a") == b"data"
    assert store.list("") == ["run-1/a"]


@pytest.mark.parametrize("trouble", [Trouble.LOST, Trouble.REFUSED])
def test_put_that_never_arrives_leaves_nothing(
    store: S3ArtifactStore, relay: S3Relay, trouble: Trouble
) -> None:
    """The error names path, store and reason, and a later try is as the first."""
    relay.fail("PUT", trouble, ALWAYS)

    with pytest.raises(ArtifactUnavailable, match=r"cannot write 'run-1/a' in s3://.*/out: the se"):
        store.put("run-1/a", b"data")

    assert store.list("") == []
    assert store.put("run-1/a", b"data").size == 4


def test_put_whose_every_answer_is_lost_leaves_the_whole_object(
    store: S3ArtifactStore, relay: S3Relay
) -> None:
    """Nobody is told of it, and the next put of this content finds it."""
    relay.fail("PUT", Trouble.UNANSWERED, ALWAYS)

    with pytest.raises(ArtifactUnavailable):
        store.put("run-1/a", b"data")

    assert store.get("run-1/a") == b"data"
    assert store.put("run-1/a", b"data").size == 4


def test_half_an_object_is_found_out_and_goes(
    store: S3ArtifactStore, relay: S3Relay, server: S3Server, bucket: str
) -> None:
    """What was written is read back before anybody may refer to it."""
    relay.fail("PUT", Trouble.HALF_STORED)

    with pytest.raises(ArtifactUnavailable, match="does not read back the same"):
        store.put("run-1/a", b"all of the data")

    assert server.keys(bucket) == []


def test_half_of_a_second_content_goes_as_well(store: S3ArtifactStore, relay: S3Relay) -> None:
    """A service that lost the first one has none: half of the second is no object."""
    store.put("run-1/a", b"whole, and here before")
    relay.fail("PUT", Trouble.NONE)  # the attempt to create it, which is refused
    relay.fail("PUT", Trouble.HALF_STORED)

    with pytest.raises(ArtifactUnavailable, match="does not read back the same"):
        store.put("run-1/a", b"another content")

    assert store.list("") == []


def test_object_of_a_faster_writer_is_left_to_it(
    store: S3ArtifactStore, relay: S3Relay, server: S3Server, bucket: str
) -> None:
    """Two writers of one path take turns; neither writes over what it has not read."""
    store.put("run-1/a", b"first")
    rival = S3ArtifactStore.open(f"s3://{bucket}/out?endpoint={server.endpoint}")
    relay.before("PUT", lambda: rival.put("run-1/a", b"of a faster one"), after=1)

    store.put("run-1/a", b"second")

    assert conditions(relay)[1:] == ["If-None-Match", "If-Match", "If-None-Match", "If-Match"]
    assert store.get("run-1/a") == b"second"


@pytest.mark.parametrize("times", [1, ALWAYS])
def test_answer_that_ends_in_the_middle_is_never_taken_for_the_object(
    store: S3ArtifactStore, relay: S3Relay, times: int
) -> None:
    """It is asked for again, or reported."""
    data = bytes(range(256)) * 400
    store.put("run-1/a", data)
    relay.fail("GET", Trouble.HALF_ANSWERED, times)

    with suppress(ArtifactUnavailable):
        assert store.get("run-1/a") == data
    while relay.has_troubles:
        with suppress(ArtifactUnavailable):
            store.get("run-1/a")

    assert store.get("run-1/a") == data


def test_service_that_is_gone_is_told_by_every_call(store: S3ArtifactStore, relay: S3Relay) -> None:
    """As the port says, whatever the client raises."""
    store.put("run-1/a", b"data")
    relay.is_down = True

    for call in (
        lambda: store.put("run-1/b", b"data"),
        lambda: store.get("run-1/a"),
        lambda: store.list(""),
        lambda: store.remove("run-1"),
    ):
        with pytest.raises(ArtifactUnavailable, match="is out of reach or fails"):
            call()

    relay.is_down = False
    assert store.list("") == ["run-1/a"]


def test_bucket_that_is_missing_is_named(relay: S3Relay) -> None:
    """No object is missing: the place for it is."""
    store = S3ArtifactStore.open(f"s3://not-there?endpoint={relay.endpoint}")

    for call in (
        lambda: store.put("run-1/b", b"data"),
        lambda: store.get("run-1/a"),
        lambda: store.list(""),
    ):
        with pytest.raises(ArtifactUnavailable, match="no such bucket"):
            call()


def test_credentials_that_the_service_quotes_are_not_repeated(
    relay: S3Relay, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in the error nor in what is shown of its causes."""
    monkeypatch.setenv("AWS_SESSION_TOKEN", "hunter2")
    store = S3ArtifactStore.open(f"s3://{bucket}?endpoint={relay.endpoint}")
    relay.fail("GET", Trouble.EXPIRED)

    with pytest.raises(ArtifactUnavailable, match="the service answers ExpiredToken") as refused:
        store.get("run-1/a")

    assert "hunter2" not in "".join(traceback.format_exception(refused.value))


def test_sweep_finds_what_arrived_late(
    store: S3ArtifactStore, plugins: Plugins, server: S3Server, bucket: str
) -> None:
    """A request that was given up may be carried out after its run was taken back."""
    with open_app("memory:", artifacts=store.url, plugins=plugins) as app:
        run = app.run(client_to_delivery, failing_order())
        store.put(f"{run.id}/report.md", b"late")

        swept = app.retention.sweep(remove=True, kinds=[Leftover.FILE])

    assert run.state is RunState.COMPENSATED
    assert (swept.found(Leftover.FILE), swept.left) == (1, 0)
    assert server.keys(bucket) == []


def test_objects_of_others_are_not_shown_and_go_with_their_folder(
    store: S3ArtifactStore, server: S3Server, bucket: str
) -> None:
    """What no store would have written is no artifact; beside the root it is not touched."""
    for key in ["out/run-1/.part", "out/run-1/with space", "outside", "out-2/run-1/a", "run-1/a"]:
        server.store(bucket, quote(key), b"data")
    store.put("run-1/a", b"data")

    listed = store.list("")
    store.remove("run-1")

    assert listed == ["run-1/a"]
    assert server.keys(bucket) == ["out-2/run-1/a", "outside", "run-1/a"]


def test_more_objects_than_fit_a_page_go_as_well(
    store: S3ArtifactStore, server: S3Server, bucket: str
) -> None:
    """A listing comes in thousands."""
    server.store_many(bucket, [f"out/run-1/{number}" for number in range(1_005)])

    assert len(store.list("run-1")) == 1_005
    store.remove("run-1")

    assert server.keys(bucket) == []


def test_package_of_a_run_is_referenced_when_it_is_whole(
    store: S3ArtifactStore, plugins: Plugins, tmp_path: Path
) -> None:
    """Every file of the package is there, and is the one that was recorded."""
    database = f"sqlite:///{tmp_path}/a.db"
    with open_app(database, artifacts=store.url, plugins=plugins) as app:
        run = app.run(client_to_delivery, order())
        package = run.result(create_package)

    assert run.state is RunState.COMPLETED
    assert {file.url for file in package.artifacts} == set(store.list(""))
    for file in package.artifacts:
        assert sha256(store.get(file.url)).hexdigest() == file.sha256


@frozen
class Letter:
    text: str


def test_run_that_fails_while_the_service_is_gone_is_taken_back_later(
    store: S3ArtifactStore, relay: S3Relay, tmp_path: Path, server: S3Server, bucket: str
) -> None:
    """It is not compensated before its objects are gone, and a recovery knows where they are."""

    @step
    def write(context: StepContext[Letter]) -> str:
        return context.port(Artifacts).put("letter.txt", context.input.text.encode()).path

    @step
    def lose_the_service(context: StepContext[Letter]) -> None:
        relay.is_down = True
        raise StepRejected("no")

    letter = Workflow("letter", 1, Letter, [write, lose_the_service])
    database = f"sqlite:///{tmp_path}/a.db"
    with (
        open_app(database, artifacts=store.url, workflows=[letter]) as app,
        pytest.raises(ArtifactUnavailable),
    ):
        app.run(letter, Letter("Dear client"), key="k")
    left = server.keys(bucket)
    relay.is_down = False

    with open_app(database, workflows=[letter]) as later:
        before = [run.state for run in later.runs.list()]
        later.recover(now=True)
        after = [run.state for run in later.runs.list()]

    assert len(left) == 1
    assert left[0].endswith("/letter.txt")
    assert (before, after) == ([RunState.COMPENSATING], [RunState.COMPENSATED])
    assert server.keys(bucket) == []


def test_command_line_takes_the_url_of_a_bucket(
    server: S3Server, relay: S3Relay, bucket: str, tmp_path: Path
) -> None:
    """`--out` names it; where the package lies is told, and nothing secret is."""
    (tmp_path / "order.json").write_text(to_json(order()), "utf-8")
    url = f"s3://{bucket}/out?endpoint={server.endpoint}"
    database = f"sqlite:///{tmp_path}/a.db"

    done = CliRunner().invoke(
        aicmo,
        ["run", "client_to_delivery", f"{tmp_path}/order.json", "--db", database, "--out", url],
    )

    assert done.exit_code == 0, done.output
    assert f"package: s3://{bucket}/out/" in done.output
    assert CREDENTIALS["AWS_SECRET_ACCESS_KEY"] not in done.output
    assert f"out/{done.output.split()[1].rstrip(':')}/package.zip" in server.keys(bucket)


def test_command_line_refuses_credentials_in_a_url(tmp_path: Path) -> None:
    """With code 2, and without showing them."""
    (tmp_path / "order.json").write_text(to_json(order()), "utf-8")

    out = ["--db", "memory:", "--out", "s3://key:hunter2@bucket/out"]
    done = CliRunner().invoke(aicmo, ["run", "client_to_delivery", f"{tmp_path}/order.json", *out])

    assert done.exit_code == 2
    assert "credentials are never part of it" in done.output
    assert "hunter2" not in done.output
