"""How a host or a plugin adds rules of its own."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from attrs import field, frozen

from aicmo_core.kernel.ids import ClientId
from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api import ContentDraftDTO, PackDTO
from aicmo_core.modules.qc.api.dtos import AcceptanceDTO, QcIssueDTO
from aicmo_core.modules.strategy.api import StrategyDocDTO


@frozen
class QcFacts:
    """
    What a rule may look at.

    Attributes:
        draft: What is checked.
        acceptance: What this order asks for.
        strategy: What the draft was written from; None if it is gone.
        brief: What the client said; None if it is gone.
        pack: The draft's pack; None if nobody knows it.
        other_brands: Names of the host's other clients, as the host gives them.
    """

    draft: ContentDraftDTO
    acceptance: AcceptanceDTO = field(factory=AcceptanceDTO)
    strategy: StrategyDocDTO | None = None
    brief: NormalizedBriefDTO | None = None
    pack: PackDTO | None = None
    other_brands: tuple[str, ...] = ()


QcRule: TypeAlias = Callable[[QcFacts], Iterable[QcIssueDTO]]
"""A pure function: the same facts give the same findings. What it raises fails the check."""


class QcRulesPort(ABC):
    """The rules that a host or a plugin adds to the built-in ones."""

    @abstractmethod
    def rules(self) -> Sequence[QcRule]:
        """Return rules that are applied to every draft, after the built-in ones."""

    @abstractmethod
    def rule_sets(self) -> Mapping[str, Mapping[str, Any]]:
        """
        Return rule sets by name, as plain data; one of a built-in name replaces it.

        The shape is that of the built-in files: `pack_key`, `sections` by id, and
        optionally `report`, `severities`, `strict`, `version` and `reasons`. It is
        validated when a draft is checked: InvalidValue names every wrong place.
        """


class OtherBrandsPort(ABC):
    """Whom else the host works for: only a host knows. Without one, nobody is named."""

    @abstractmethod
    def other_brands(self, client_id: ClientId) -> Sequence[str]:
        """
        Return the names of the host's other clients.

        A draft for *client_id* that says one of them fails, unless the client itself named it.
        """
