"""The ports of onboarding."""

from abc import ABC, abstractmethod

from aicmo_core.kernel.ids import BriefId, ClientId
from aicmo_core.modules.onboarding.api.dtos import (
    ClarificationDTO,
    DiscoveryNotesDTO,
    IntakeFormDTO,
    NormalizedBriefDTO,
    OnboardingStatusDTO,
    ProjectSetupDTO,
)


class IntakeCapturePort(ABC):
    """Keeps what a client answered, exactly as it was given."""

    @abstractmethod
    def capture_intake(self, client_id: ClientId, form_data: IntakeFormDTO) -> BriefId:
        """
        Store the raw answers; return the id of the brief that they belong to.

        The answers are kept whatever becomes of the brief. Where ids repeat, as they
        do when a keyed run is tried again, the same answers are stored once.

        Raises:
            AlreadyExists: Other answers are stored under that id.
        """


class BriefNormalizePort(ABC):
    """Reads briefs out of answers."""

    @abstractmethod
    def clarify(
        self, form_data: IntakeFormDTO, discovery_notes: DiscoveryNotesDTO | None = None
    ) -> tuple[ClarificationDTO, ...]:
        """
        Return every question that the answers leave open, blocking ones first.

        Writes nothing. An answer in *discovery_notes* replaces the form's.

        Raises:
            UnknownName: A question id that is not on the form.
        """

    @abstractmethod
    def normalize_brief(
        self, brief_id: BriefId, discovery_notes: DiscoveryNotesDTO | None = None
    ) -> NormalizedBriefDTO:
        """
        Clean and read the stored answers; store and return the brief, over an earlier one.

        Raises:
            NotFound: No intake was captured under this id.
            BriefBlocked: Questions are open that block; nothing is written.
        """


class ProjectSetupPort(ABC):
    """Starts projects from briefs."""

    @abstractmethod
    def set_up_project(self, brief_id: BriefId) -> ProjectSetupDTO:
        """
        Return the project of a brief, making it on the first call.

        Raises:
            NotFound: There is no such brief.
        """


class OnboardingQueryPort(ABC):
    """What onboarding knows."""

    @abstractmethod
    def get_onboarding_status(self, client_id: ClientId) -> OnboardingStatusDTO | None:
        """Return how far the client's newest onboarding has come; None for a stranger."""

    @abstractmethod
    def get_brief(self, brief_id: BriefId) -> NormalizedBriefDTO | None:
        """Return the normalized brief, or None while there is none."""

    @abstractmethod
    def get_intake(self, brief_id: BriefId) -> IntakeFormDTO | None:
        """Return the raw answers, exactly as captured, or None."""

    @abstractmethod
    def get_project(self, brief_id: BriefId) -> ProjectSetupDTO | None:
        """Return the project that the brief started, or None."""
