"""What production decides by, as data has it: see `rule_sets` for the files."""

from __future__ import annotations

from attrs import field, frozen

from aicmo_core.kernel.rules import Count
from aicmo_core.modules.production.internal.asks import AskRules
from aicmo_core.modules.production.internal.audiences import AudienceRules
from aicmo_core.modules.production.internal.catalogue import Catalogue
from aicmo_core.modules.production.internal.channels import Crafts
from aicmo_core.modules.production.internal.holidays import OccasionRules
from aicmo_core.modules.production.internal.houses import HouseRules
from aicmo_core.modules.production.internal.idea_rules import IdeaRules
from aicmo_core.modules.production.internal.limits import LimitRules
from aicmo_core.modules.production.internal.phrasebook import Phrasebook
from aicmo_core.modules.production.internal.post_phrases import PostPhrases
from aicmo_core.modules.production.internal.pursuits import FunnelRules
from aicmo_core.modules.production.internal.sentences import Sentences
from aicmo_core.modules.production.internal.tag_rules import TagRules


@frozen
class Mix:
    """
    What entries are about, in turn, and why.

    Attributes:
        buckets: One for each entry that nothing else decides, beginning anew at the end.
    """

    buckets: tuple[str, ...]
    because: str


@frozen
class CalendarRules:
    """
    How full a calendar is.

    Attributes:
        most_entries: Entries that its table has at most.
        most_words: Words of its table above which a day's second entry is left out.
        most_words_by_phase: The same in packs that also describe its phases.
        posts_per_week: Posts on a channel for which the strategy names no number.
        mix: What entries are about, in turn.
    """

    most_entries: Count
    most_words: Count
    most_words_by_phase: Count
    posts_per_week: Count
    mix: Mix


@frozen
class ProductionRules:
    """All of them, as one application has them."""

    catalogue: Catalogue = field(repr=False)
    calendar: CalendarRules
    posts: PostPhrases = field(repr=False)
    crafts: Crafts = field(repr=False)
    asks: AskRules = field(repr=False)
    phrases: Phrasebook = field(repr=False)
    ideas: IdeaRules = field(repr=False)
    funnel: FunnelRules = field(repr=False)
    audiences: AudienceRules = field(repr=False)
    houses: HouseRules = field(repr=False)
    hashtags: TagRules = field(repr=False)
    occasions: OccasionRules = field(repr=False)
    limits: LimitRules = field(repr=False)
    sentences: Sentences = field(repr=False)
