"""What happens in onboarding."""

from typing import ClassVar

from attrs import frozen

from aicmo_core.kernel.event import Event
from aicmo_core.kernel.ids import BriefId, ClientId, ProjectId


@frozen
class IntakeCaptured(Event):
    """A client's raw answers were stored."""

    subject_field: ClassVar[str | None] = "client_id"

    client_id: ClientId
    brief_id: BriefId
    form_version: str


@frozen
class BriefValidated(Event):
    """A brief was normalized, and nothing in it blocks the work."""

    subject_field: ClassVar[str | None] = "client_id"

    brief_id: BriefId
    client_id: ClientId
    scope_deliverables: tuple[str, ...]


@frozen
class WorkspaceCreated(Event):
    """A project was set up for a brief."""

    project_id: ProjectId
    brief_id: BriefId
    workspace_url: str
