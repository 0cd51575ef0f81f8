"""What happens in delivery."""

from attrs import frozen

from aicmo_core.kernel.event import Event
from aicmo_core.kernel.ids import DeliveryPackageId


@frozen
class Delivered(Event):
    """A package is complete."""

    package_id: DeliveryPackageId
    artifact_count: int


@frozen
class PublishStarted(Event):
    """A publication began."""

    job_id: str
    package_id: DeliveryPackageId


@frozen
class PublishCompleted(Event):
    """A publication is out."""

    job_id: str
    published_urls: tuple[str, ...]


@frozen
class PublishFailed(Event):
    """A publication was refused."""

    job_id: str
    error_message: str
