"""What onboarding owns."""

from aicmo_core.modules.onboarding.api.dtos import NormalizedBriefDTO, ProjectSetupDTO
from aicmo_core.modules.onboarding.internal.intakes import Intake
from aicmo_core.storage import Collection

INTAKES = Collection(
    "onboarding_intakes",
    Intake,
    key="brief_id",
    indexes=(("client_id", "captured_at"),),
    subject="client_id",
)

BRIEFS = Collection(
    "onboarding_briefs",
    NormalizedBriefDTO,
    key="brief_id",
    indexes=("client_id",),
    subject="client_id",
)

PROJECTS = Collection(
    "onboarding_projects",
    ProjectSetupDTO,
    key="project_id",
    unique=("brief_id",),
    # Two callers that start the same project at once: the later one reads again, and
    # finds the project of the earlier.
    optimistic=("brief_id",),
    indexes=("client_id",),
    subject="client_id",
)
