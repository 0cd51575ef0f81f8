"""What strategy refuses."""

from attrs import define

from aicmo_core.kernel.errors import AicmoError
from aicmo_core.kernel.ids import BriefId


@define
class NoChannelLeft(AicmoError):
    """
    A brief rules out every channel that could be planned. Nothing was written.

    Ask the client for one channel that may be used, and normalize the brief again.
    """

    brief_id: BriefId
    avoided: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"brief {self.brief_id!r} leaves no channel to plan: it avoids "
            f"{', '.join(self.avoided)} and wants nothing else; name one channel under "
            "platforms_wanted"
        )
