"""The machine's clock."""

from datetime import UTC, datetime

from aicmo_core.kernel.clock import Clock


class SystemClock(Clock):
    """The time of day as the machine has it. It may jump, as machines' clocks do."""

    def now(self) -> datetime:
        return datetime.now(UTC)
