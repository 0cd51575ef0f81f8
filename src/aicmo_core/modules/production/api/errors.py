"""What production refuses."""

from attrs import define

from aicmo_core.kernel.errors import AicmoError


@define
class PackUnavailable(AicmoError):
    """
    A pack has sections that no installed writer writes.

    Order another pack, or install a plugin that writes them.
    """

    pack: str
    missing: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"pack {self.pack!r} cannot be made: no installed writer writes "
            f"{', '.join(self.missing)}; order another pack, or install a plugin that does"
        )


@define
class TextNotWritten(AicmoError):
    """
    A model gave no usable words for a section, and the draft may not keep its own.

    Raise the ceiling or the number of asks, take another model, or switch the fallback on.
    """

    section_id: str
    problems: tuple[str, ...]

    def __str__(self) -> str:
        return f"no usable words for section {self.section_id}: {'; '.join(self.problems)}"
