"""Publishing to a folder of the host's: once per key, complete, and taken back for good."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest

from aicmo_core.hooks import ArtifactUnavailable
from aicmo_core.kernel import InvalidValue, NotFound, UnknownName
from aicmo_core.kernel.ids import DeliveryPackageId
from aicmo_core.modules.delivery.api import (
    DeliveryPackageDTO,
    PublishCompleted,
    PublishRefused,
    PublishStarted,
)
from aicmo_core.modules.delivery.internal.collections import JOBS
from aicmo_core.modules.delivery.internal.folder_destination import FolderDestination
from aicmo_core.modules.delivery.internal.verification import PackageVerifier

from .conftest import DRAFT_ID, Desk, FolderOfRun

KEY = "run-1/publish/1"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Where packages are published to; it is not made yet."""
    return tmp_path / "public site"


@pytest.fixture
def package(desk: Desk) -> DeliveryPackageDTO:
    """A delivered package."""
    made = desk.builder.create_package(DRAFT_ID)
    desk.commit()
    return made


def shown(site: Path) -> list[str]:
    """What a visitor of the folder sees."""
    return sorted(p.name for p in site.iterdir() if not p.name.startswith("."))


def test_published_package_is_complete_and_intact(
    desk: Desk, package: DeliveryPackageDTO, site: Path
) -> None:
    """All files are there under the package's id, and each URL leads to one."""
    result = desk.publisher.publish(package.package_id, site.as_uri(), KEY)

    assert result.success
    assert result.published_at == desk.clock.now()
    assert shown(site) == [package.package_id]
    assert PackageVerifier().verify_package(str(site / package.package_id)).intact
    assert result.published_urls == tuple(
        (site / package.package_id / a.name).as_uri() for a in package.artifacts
    )


def test_publication_is_recorded_and_announced(
    desk: Desk, package: DeliveryPackageDTO, site: Path
) -> None:
    """The job's row and its two events are one batch of the step that acted."""
    result = desk.publisher.publish(package.package_id, site.as_uri(), KEY)

    events = [emitted.event for emitted in desk.work.emitted]
    desk.commit()
    (job,) = desk.store.open(JOBS).find({"package_id": package.package_id})
    assert (job.job_id, job.idempotency_key) == (result.job_id, KEY)
    assert job.destination == site.as_uri()
    assert [type(event) for event in events] == [PublishStarted, PublishCompleted]


def test_publishing_again_with_the_key_changes_nothing(
    desk: Desk, package: DeliveryPackageDTO, site: Path
) -> None:
    """A lost answer is asked for again: same job, same files, not written a second time."""
    first = desk.publisher.publish(package.package_id, site.as_uri(), KEY)
    desk.commit()
    before = {p: p.stat().st_mtime_ns for p in site.rglob("*")}

    again = desk.publisher.publish(package.package_id, site.as_uri(), KEY)

    assert again == first
    assert desk.work.changes() == []
    assert {p: p.stat().st_mtime_ns for p in site.rglob("*")} == before


def test_effect_without_its_commit_is_found_again(
    desk: Desk, package: DeliveryPackageDTO, site: Path
) -> None:
    """A process that died between the effect and its commit left a destination that knows."""
    desk.publisher.publish(package.package_id, site.as_uri(), KEY)
    desk.begin()

    result = desk.publisher.publish(package.package_id, site.as_uri(), KEY)

    assert result.success
    assert shown(site) == [package.package_id]
    assert desk.store.open(JOBS).count() == 1


def test_withdrawing_takes_the_files_away(
    desk: Desk, package: DeliveryPackageDTO, site: Path
) -> None:
    """What the key wrote is gone, what others wrote stays, and doing it twice is harmless."""
    site.mkdir()
    (site / "of-the-host.txt").write_text("stays")
    desk.publisher.publish(package.package_id, site.as_uri(), KEY)

    desk.publisher.withdraw(site.as_uri(), KEY)
    desk.publisher.withdraw(site.as_uri(), KEY)

    assert shown(site) == ["of-the-host.txt"]


def test_late_publication_of_a_withdrawn_key_is_refused(
    desk: Desk, package: DeliveryPackageDTO, site: Path
) -> None:
    """A paused worker that wakes up after the compensation publishes nothing."""
    desk.publisher.withdraw(site.as_uri(), KEY)

    with pytest.raises(PublishRefused, match="withdrawn"):
        desk.publisher.publish(package.package_id, site.as_uri(), KEY)

    assert shown(site) == []
    assert desk.work.changes() == []


def test_withdrawal_while_it_is_published_leaves_nothing(
    desk: Desk, package: DeliveryPackageDTO, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes last sees the other: a withdrawal just before the rename wins as well."""
    destination = FolderDestination.open(site.as_uri())
    rename = Path.rename

    def withdraw_first(source: Path, target: Path) -> Path:
        if target.name == package.package_id:
            monkeypatch.setattr(Path, "rename", rename)
            kept = source.with_name("kept")
            shutil.copytree(source, kept)
            destination.withdraw(KEY)
            return rename(kept, target)
        return rename(source, target)

    monkeypatch.setattr(Path, "rename", withdraw_first)
    with pytest.raises(PublishRefused, match="meanwhile"):
        desk.publisher.publish(package.package_id, site.as_uri(), KEY)

    assert shown(site) == []


def test_key_of_another_package_is_refused(
    desk: Desk, package: DeliveryPackageDTO, site: Path
) -> None:
    """A key stands for one publication."""
    desk.artifacts = FolderOfRun(desk.artifacts.store, "run-2")
    second = desk.builder.create_package(DRAFT_ID)
    desk.publisher.publish(package.package_id, site.as_uri(), KEY)

    with pytest.raises(PublishRefused, match=f"stands for package '{package.package_id}'"):
        desk.publisher.publish(second.package_id, site.as_uri(), KEY)

    assert shown(site) == [package.package_id]


def test_key_of_another_destination_is_refused(
    desk: Desk, package: DeliveryPackageDTO, site: Path, tmp_path: Path
) -> None:
    """The recorded job is not answered for a place where nothing was done."""
    desk.publisher.publish(package.package_id, site.as_uri(), KEY)
    elsewhere = tmp_path / "elsewhere"

    with pytest.raises(PublishRefused, match="this key stands for"):
        desk.publisher.publish(package.package_id, elsewhere.as_uri(), KEY)

    assert not elsewhere.exists()


def test_file_that_is_not_the_one_that_was_packed_is_refused(
    desk: Desk, package: DeliveryPackageDTO, site: Path
) -> None:
    """What lies in the store is compared with the package's row before it goes out."""
    desk.artifacts.put("index.html", b"overwritten")

    with pytest.raises(PublishRefused, match=r"index\.html is not the file that was packed"):
        desk.publisher.publish(package.package_id, site.as_uri(), KEY)

    assert not site.exists()


def test_package_that_another_key_published_is_left_alone(
    desk: Desk, package: DeliveryPackageDTO, site: Path
) -> None:
    """Two runs do not share a publication: withdrawing the second leaves the first's."""
    desk.publisher.publish(package.package_id, site.as_uri(), KEY)

    with pytest.raises(PublishRefused, match="not by this key"):
        desk.publisher.publish(package.package_id, site.as_uri(), "run-2/publish/1")
    desk.publisher.withdraw(site.as_uri(), "run-2/publish/1")

    assert PackageVerifier().verify_package(str(site / package.package_id)).intact


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_what_a_killed_publisher_left_goes_with_the_withdrawal(
    desk: Desk, package: DeliveryPackageDTO, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the rename: nothing is visible, and nothing stays behind the scenes."""
    child = os.fork()
    if child == 0:
        monkeypatch.setattr(FolderDestination, "_rename", lambda *_: os._exit(9))
        desk.publisher.publish(package.package_id, site.as_uri(), KEY)
    os.waitpid(child, 0)
    visible = shown(site)
    left = list(site.rglob("index.html"))
    desk.publisher.withdraw(site.as_uri(), KEY)

    assert visible == []
    assert len(left) == 1
    assert list(site.rglob("index.html")) == []


def test_publishers_at_once_with_one_key_publish_once(
    desk: Desk, package: DeliveryPackageDTO, site: Path
) -> None:
    """Eight workers that believe to own the run leave one complete package."""
    files = {a.name: desk.artifacts.get(a.url) for a in package.artifacts}
    start = threading.Barrier(8)
    answers: list[object] = []

    def publish() -> None:
        start.wait()
        try:
            answers.append(FolderDestination.open(site.as_uri()).publish(package, files, KEY))
        except BaseException as error:  # noqa: BLE001 - compared below
            answers.append(error)

    threads = [threading.Thread(target=publish) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(map(str, answers))) == 1
    assert isinstance(answers[0], tuple)
    assert shown(site) == [package.package_id]
    assert list((site / ".publications").rglob("*.part")) == []


def test_destination_that_cannot_be_written_says_so(
    desk: Desk, package: DeliveryPackageDTO, site: Path
) -> None:
    """It may work later, so it is not a refusal; no row says that it was done."""
    site.write_text("a file where a folder should be")

    with pytest.raises(ArtifactUnavailable, match="cannot publish in"):
        desk.publisher.publish(package.package_id, site.as_uri(), KEY)

    assert desk.work.changes() == []


@pytest.mark.parametrize(
    ("destination", "name"),
    [("s3://bucket", "s3"), ("flie:///tmp", "flie"), ("/var/www", "/var/www")],
)
def test_unknown_kind_of_destination_is_named(
    desk: Desk, package: DeliveryPackageDTO, destination: str, name: str
) -> None:
    """What is not there yet is refused before anything is done."""
    with pytest.raises(UnknownName) as caught:
        desk.publisher.publish(package.package_id, destination, KEY)

    assert (caught.value.name, caught.value.known) == (name, ("file",))


@pytest.mark.parametrize("destination", ["file://server/share", "file:", "file:relative"])
def test_file_url_without_an_absolute_folder_is_refused(
    desk: Desk, package: DeliveryPackageDTO, destination: str
) -> None:
    """A host's name in the URL is a missing slash more often than a server."""
    with pytest.raises(InvalidValue, match="file:///folder"):
        desk.publisher.publish(package.package_id, destination, KEY)


def test_package_that_does_not_exist_is_not_found(desk: Desk, site: Path) -> None:
    """Nothing is claimed for it."""
    with pytest.raises(NotFound, match="nothing-here"):
        desk.publisher.publish(DeliveryPackageId("nothing-here"), site.as_uri(), KEY)

    assert not site.exists()
