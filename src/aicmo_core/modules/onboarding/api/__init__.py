"""The boundary of onboarding."""

from aicmo_core.modules.onboarding.api.dtos import (
    BudgetDTO,
    BudgetPeriod,
    BusinessType,
    ClarificationDTO,
    ClarificationKind,
    Direction,
    DiscoveryNotesDTO,
    IntakeFormDTO,
    NormalizedBriefDTO,
    ObjectiveDTO,
    OnboardingStage,
    OnboardingStatusDTO,
    ProjectSetupDTO,
    ScopeDTO,
)
from aicmo_core.modules.onboarding.api.errors import BriefBlocked, UnknownQuestions
from aicmo_core.modules.onboarding.api.events import (
    BriefValidated,
    IntakeCaptured,
    WorkspaceCreated,
)
from aicmo_core.modules.onboarding.api.ports import (
    BriefNormalizePort,
    IntakeCapturePort,
    OnboardingQueryPort,
    ProjectSetupPort,
)

CONTRACT_VERSION = "1.0.0"

__all__ = [
    "CONTRACT_VERSION",
    "BriefBlocked",
    "BriefNormalizePort",
    "BriefValidated",
    "BudgetDTO",
    "BudgetPeriod",
    "BusinessType",
    "ClarificationDTO",
    "ClarificationKind",
    "Direction",
    "DiscoveryNotesDTO",
    "IntakeCapturePort",
    "IntakeCaptured",
    "IntakeFormDTO",
    "NormalizedBriefDTO",
    "ObjectiveDTO",
    "OnboardingQueryPort",
    "OnboardingStage",
    "OnboardingStatusDTO",
    "ProjectSetupDTO",
    "ProjectSetupPort",
    "ScopeDTO",
    "UnknownQuestions",
    "WorkspaceCreated",
]
