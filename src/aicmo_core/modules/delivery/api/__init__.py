"""The boundary of delivery."""

from aicmo_core.modules.delivery.api.dtos import (
    DeliveryArtifactDTO,
    DeliveryPackageDTO,
    PackageCheckDTO,
    PublishJobDTO,
    PublishResultDTO,
)
from aicmo_core.modules.delivery.api.errors import PreflightFailed, PublishRefused
from aicmo_core.modules.delivery.api.events import (
    Delivered,
    PublishCompleted,
    PublishFailed,
    PublishStarted,
)
from aicmo_core.modules.delivery.api.ports import (
    DeliveryPackagePort,
    DeliveryQueryPort,
    PackageVerifyPort,
    PublishExecutePort,
)

CONTRACT_VERSION = "1.1.0"

__all__ = [
    "CONTRACT_VERSION",
    "Delivered",
    "DeliveryArtifactDTO",
    "DeliveryPackageDTO",
    "DeliveryPackagePort",
    "DeliveryQueryPort",
    "PackageCheckDTO",
    "PackageVerifyPort",
    "PreflightFailed",
    "PublishCompleted",
    "PublishExecutePort",
    "PublishFailed",
    "PublishJobDTO",
    "PublishRefused",
    "PublishResultDTO",
    "PublishStarted",
]
