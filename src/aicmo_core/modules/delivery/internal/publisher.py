"""Publishing: the destination's kind decides how, the rows remember that it was done."""

from __future__ import annotations

from attrs import frozen

from aicmo_core.hooks import Artifacts
from aicmo_core.kernel import Clock, Ids, NotFound, UnknownName
from aicmo_core.kernel.ids import DeliveryPackageId
from aicmo_core.modules.delivery.api import (
    DeliveryPackageDTO,
    PublishCompleted,
    PublishExecutePort,
    PublishJobDTO,
    PublishRefused,
    PublishResultDTO,
    PublishStarted,
)
from aicmo_core.modules.delivery.internal.collections import JOBS, PACKAGES
from aicmo_core.modules.delivery.internal.folder_destination import FolderDestination
from aicmo_core.storage import Store


@frozen
class Publisher(PublishExecutePort):
    """Publishes to folders. The destination keeps the key, so that a lost answer does no harm."""

    store: Store
    artifacts: Artifacts
    clock: Clock
    ids: Ids

    def publish(
        self, package_id: DeliveryPackageId, destination: str, idempotency_key: str
    ) -> PublishResultDTO:
        folder = _destination(destination)
        package = self.store.open(PACKAGES).get(package_id)
        if package is None:
            raise NotFound("package", package_id)
        job = self._job(package_id, destination, idempotency_key)
        files = {file.name: self.artifacts.get(file.url) for file in package.artifacts}
        urls = folder.publish(package, files, idempotency_key)
        if job is None:
            job = self._record(package, destination, idempotency_key, urls)
        return PublishResultDTO(
            job_id=job.job_id,
            success=True,
            published_urls=job.published_urls,
            published_at=job.published_at,
        )

    def withdraw(self, destination: str, idempotency_key: str) -> None:
        _destination(destination).withdraw(idempotency_key)

    def _job(
        self, package_id: DeliveryPackageId, destination: str, key: str
    ) -> PublishJobDTO | None:
        known = self.store.open(JOBS).find({"idempotency_key": key}, limit=1)
        if not known:
            return None
        job = known.items[0]
        if (job.package_id, job.destination) != (package_id, destination):
            reason = f"this key stands for package {job.package_id!r} at {job.destination}"
            raise PublishRefused(package_id, destination, reason)
        return job

    def _record(
        self, package: DeliveryPackageDTO, destination: str, key: str, urls: tuple[str, ...]
    ) -> PublishJobDTO:
        job = self.store.open(JOBS).add(
            PublishJobDTO(
                job_id=self.ids.new(),
                package_id=package.package_id,
                destination=destination,
                idempotency_key=key,
                published_urls=urls,
                published_at=self.clock.now(),
                client_id=package.client_id,
            )
        )
        started = PublishStarted(job_id=job.job_id, package_id=job.package_id)
        self.store.emit(started, JOBS, job.job_id)
        completed = PublishCompleted(job_id=job.job_id, published_urls=urls)
        self.store.emit(completed, JOBS, job.job_id)
        return job


def _destination(url: str) -> FolderDestination:
    scheme = url.partition(":")[0] if ":" in url else ""
    if scheme.lower() != "file":
        raise UnknownName("publishing destination", scheme or url, ("file",))
    return FolderDestination.open(url)
