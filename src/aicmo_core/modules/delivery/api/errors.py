"""What delivery refuses."""

from attrs import define

from aicmo_core.kernel.errors import AicmoError
from aicmo_core.kernel.ids import DeliveryPackageId, DraftId


@define
class PreflightFailed(AicmoError):
    """
    A draft is not fit to be delivered. Nothing is referenced.

    Mend what *reasons* name, have it checked again, and then deliver.
    """

    draft_id: DraftId
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        return f"draft {self.draft_id!r} cannot be delivered: " + "; ".join(self.reasons)


@define
class PublishRefused(AicmoError):
    """
    A package may not be published there under this key. Nothing new is visible there.

    Trying again cannot succeed: *reason* says what stands in the way.
    """

    package_id: DeliveryPackageId
    destination: str
    reason: str

    def __str__(self) -> str:
        return f"package {self.package_id!r} is not published to {self.destination}: {self.reason}"
