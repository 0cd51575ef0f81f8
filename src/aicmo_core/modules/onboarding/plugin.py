"""How onboarding registers. The readers are imported when an adapter is first built."""

from aicmo_core.hooks import Module, Scope, hookimpl, provides
from aicmo_core.kernel.clock import Clock, Ids
from aicmo_core.modules.onboarding.api import (
    CONTRACT_VERSION,
    BriefNormalizePort,
    IntakeCapturePort,
    OnboardingQueryPort,
    ProjectSetupPort,
)
from aicmo_core.modules.onboarding.internal.collections import BRIEFS, INTAKES, PROJECTS


def _intake_capture(scope: Scope) -> IntakeCapturePort:
    from aicmo_core.modules.onboarding.internal.adapters import IntakeCapture

    return IntakeCapture(scope.store, scope.get(Clock), scope.get(Ids))


def _brief_normalizer(scope: Scope) -> BriefNormalizePort:
    from aicmo_core.modules.onboarding.internal.adapters import BriefNormalizer

    return BriefNormalizer(scope.store, scope.get(Clock))


def _project_setup(scope: Scope) -> ProjectSetupPort:
    from aicmo_core.modules.onboarding.internal.adapters import ProjectSetup

    return ProjectSetup(scope.store, scope.get(Clock), scope.get(Ids))


def _query(scope: Scope) -> OnboardingQueryPort:
    from aicmo_core.modules.onboarding.internal.adapters import OnboardingQuery

    return OnboardingQuery(scope.store, scope.get(Clock))


@hookimpl
def aicmo_module() -> Module:
    return Module(
        name="onboarding",
        collections=[INTAKES, BRIEFS, PROJECTS],
        adapters=[
            provides(IntakeCapturePort).by(_intake_capture),
            provides(BriefNormalizePort).by(_brief_normalizer),
            provides(ProjectSetupPort).by(_project_setup),
            provides(OnboardingQueryPort).by(_query),
        ],
        migrations="aicmo_core.modules.onboarding.internal.migrations",
        contract_version=CONTRACT_VERSION,
    )
