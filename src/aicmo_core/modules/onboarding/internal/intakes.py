"""The intake: a client's raw answers, as they are kept."""

from datetime import datetime
from typing import Any

from attrs import field, frozen

from aicmo_core.kernel.ids import BriefId, ClientId
from aicmo_core.kernel.structuring import to_json
from aicmo_core.modules.onboarding.api.dtos import IntakeFormDTO


@frozen
class Intake:
    """
    A form as it was handed in, and whose it is.

    Attributes:
        brief_id: The brief that the answers belong to.
        responses: Question id to answer, exactly as given.
        captured_at: When it was stored. Tells a client's newest onboarding.
    """

    brief_id: BriefId
    client_id: ClientId
    submitted_at: datetime
    captured_at: datetime
    pack: str
    form_version: str
    source: str | None = None
    responses: dict[str, Any] = field(factory=dict)

    @property
    def form(self) -> IntakeFormDTO:
        """The form, as it was captured."""
        return IntakeFormDTO(
            self.responses, self.submitted_at, self.pack, self.form_version, self.source
        )

    def says_the_same(self, other: "Intake") -> bool:
        """
        Return whether both hold the same answers of the same client, for the same pack.

        They are compared as they are stored: 1 and True are equal in Python.
        """
        return self._said() == other._said()

    def _said(self) -> tuple[str, ...]:
        answers = {key: self.responses[key] for key in sorted(self.responses)}
        return self.client_id, self.pack, self.form_version, to_json(answers, dict[str, Any])
