"""What delivery stores."""

from aicmo_core.modules.delivery.api import DeliveryPackageDTO, PublishJobDTO
from aicmo_core.storage import Collection

PACKAGES = Collection(
    "delivery_packages",
    DeliveryPackageDTO,
    key="package_id",
    # Counted up from what was read, so that two writers at once collide and one counts again.
    unique=(("draft_id", "version"),),
    optimistic=(("draft_id", "version"),),
    indexes=("client_id",),
    children={"artifacts": "delivery_artifacts"},
    subject="client_id",
)

JOBS = Collection(
    "delivery_jobs",
    PublishJobDTO,
    key="job_id",
    unique=("idempotency_key",),
    indexes=("package_id", "client_id"),
    subject="client_id",
)
