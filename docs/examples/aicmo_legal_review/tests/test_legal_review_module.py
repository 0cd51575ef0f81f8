"""Legal review keeps what modules promise."""

from pathlib import Path

from aicmo_legal_review import plugin

from aicmo_core.testing import ModuleConformance


class TestLegalReview(ModuleConformance):
    """On every store that can be reached."""

    plugin = plugin
    contract = Path(__file__).with_name("contract.json")
