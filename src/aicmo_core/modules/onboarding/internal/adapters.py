"""The adapters of onboarding."""

from __future__ import annotations

from aicmo_core.kernel.clock import Clock, Ids
from aicmo_core.kernel.errors import AlreadyExists, NotFound
from aicmo_core.kernel.ids import BriefId, ClientId, ProjectId
from aicmo_core.modules.onboarding.api.dtos import (
    ClarificationDTO,
    DiscoveryNotesDTO,
    IntakeFormDTO,
    NormalizedBriefDTO,
    OnboardingStage,
    OnboardingStatusDTO,
    ProjectSetupDTO,
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
from aicmo_core.modules.onboarding.internal.answers import read_answers
from aicmo_core.modules.onboarding.internal.briefs import build_brief
from aicmo_core.modules.onboarding.internal.collections import BRIEFS, INTAKES, PROJECTS
from aicmo_core.modules.onboarding.internal.form import questions
from aicmo_core.modules.onboarding.internal.intakes import Intake
from aicmo_core.modules.onboarding.internal.reading import read_form
from aicmo_core.storage import Store


class IntakeCapture(IntakeCapturePort):
    """Keeps raw answers in this module's table."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    def capture_intake(self, client_id: ClientId, form_data: IntakeFormDTO) -> BriefId:
        intakes = self._store.open(INTAKES)
        intake = Intake(
            brief_id=BriefId(self._ids.new()),
            client_id=client_id,
            submitted_at=form_data.submitted_at,
            captured_at=self._clock.now(),
            pack=form_data.pack,
            form_version=form_data.form_version,
            source=form_data.source,
            responses=form_data.responses,
        )
        earlier = intakes.get(intake.brief_id)
        if earlier is None:
            intakes.add(intake)
            event = IntakeCaptured(
                client_id=client_id, brief_id=intake.brief_id, form_version=intake.form_version
            )
            self._store.emit(event, INTAKES, intake.brief_id)
        elif not earlier.says_the_same(intake):
            raise AlreadyExists(INTAKES.name, "key", intake.brief_id)
        return intake.brief_id


class BriefNormalizer(BriefNormalizePort):
    """Reads forms by the rules of this package."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def clarify(
        self, form_data: IntakeFormDTO, discovery_notes: DiscoveryNotesDTO | None = None
    ) -> tuple[ClarificationDTO, ...]:
        return read_form(form_data, discovery_notes, self._clock.now()).clarifications

    def normalize_brief(
        self, brief_id: BriefId, discovery_notes: DiscoveryNotesDTO | None = None
    ) -> NormalizedBriefDTO:
        intake = self._store.open(INTAKES).get(brief_id)
        if intake is None:
            raise NotFound("intake", brief_id)
        now = self._clock.now()
        reading = read_form(intake.form, discovery_notes, now)
        if reading.blocked:
            raise BriefBlocked(reading.clarifications)
        brief = self._store.open(BRIEFS).put(build_brief(intake, discovery_notes, reading, now))
        event = BriefValidated(
            brief_id=brief_id,
            client_id=brief.client_id,
            scope_deliverables=brief.scope.deliverables,
        )
        self._store.emit(event, BRIEFS, brief_id)
        return brief


class ProjectSetup(ProjectSetupPort):
    """Starts projects that have no workspace outside."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    def set_up_project(self, brief_id: BriefId) -> ProjectSetupDTO:
        earlier = project_of(self._store, brief_id)
        if earlier is not None:
            return earlier
        brief = self._store.open(BRIEFS).get(brief_id)
        if brief is None:
            raise NotFound("brief", brief_id)
        project = ProjectSetupDTO(
            ProjectId(self._ids.new()), brief_id, self._clock.now(), brief.client_id
        )
        self._store.open(PROJECTS).add(project)
        event = WorkspaceCreated(
            project_id=project.project_id,
            brief_id=brief_id,
            workspace_url=project.workspace_url or "",
        )
        self._store.emit(event, PROJECTS, project.project_id)
        return project


class OnboardingQuery(OnboardingQueryPort):
    """
    Answers from this module's tables.

    The stage is derived and stored nowhere. It names what is to be done next: INTAKE while
    required answers are missing, DISCOVERY while others block the brief, BRIEF_REVIEW
    until the brief is normalized, WORKSPACE_SETUP until there is a project.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def get_onboarding_status(self, client_id: ClientId) -> OnboardingStatusDTO | None:
        newest = self._store.open(INTAKES).find(
            {"client_id": client_id}, order_by=("-captured_at", "-brief_id"), limit=1
        )
        if not newest:
            return None
        intake: Intake = newest[0]
        brief = self.get_brief(intake.brief_id)
        project = self.get_project(intake.brief_id)
        complete = brief is not None or is_complete(intake)
        return OnboardingStatusDTO(
            client_id,
            self._stage(intake, complete, brief is not None, project is not None),
            intake_complete=complete,
            brief_validated=brief is not None,
            workspace_created=project is not None,
        )

    def _stage(
        self, intake: Intake, complete: bool, validated: bool, created: bool
    ) -> OnboardingStage:
        if created:
            return OnboardingStage.COMPLETE
        if validated:
            return OnboardingStage.WORKSPACE_SETUP
        if not complete:
            return OnboardingStage.INTAKE
        return OnboardingStage.DISCOVERY if self._blocked(intake) else OnboardingStage.BRIEF_REVIEW

    def _blocked(self, intake: Intake) -> bool:
        try:
            return read_form(intake.form, None, self._clock.now()).blocked
        except UnknownQuestions:  # captured as given; nobody can make a brief of it as it is
            return True

    def get_brief(self, brief_id: BriefId) -> NormalizedBriefDTO | None:
        return self._store.open(BRIEFS).get(brief_id)

    def get_intake(self, brief_id: BriefId) -> IntakeFormDTO | None:
        intake = self._store.open(INTAKES).get(brief_id)
        return intake.form if intake else None

    def get_project(self, brief_id: BriefId) -> ProjectSetupDTO | None:
        return project_of(self._store, brief_id)


def project_of(store: Store, brief_id: BriefId) -> ProjectSetupDTO | None:
    """Return the project that a brief started, or None."""
    found = store.open(PROJECTS).find({"brief_id": brief_id}, limit=1)
    return found[0] if found else None


def is_complete(intake: Intake) -> bool:
    """Return whether every required question of the form has an answer."""
    answers = read_answers(intake.responses, {})
    return all(answers.has(id_) for id_, question in questions().items() if question.required)
