"""The built-in modules keep what modules promise."""

from pathlib import Path

import aicmo_core.modules.delivery.plugin
import aicmo_core.modules.onboarding.plugin
import aicmo_core.modules.production.plugin
import aicmo_core.modules.qc.plugin
import aicmo_core.modules.strategy.plugin
from aicmo_core.testing import ModuleConformance

CONTRACTS = Path(__file__).with_name("contracts")


class TestOnboarding(ModuleConformance):
    plugin = aicmo_core.modules.onboarding.plugin
    contract = CONTRACTS / "onboarding.json"


class TestStrategy(ModuleConformance):
    plugin = aicmo_core.modules.strategy.plugin
    contract = CONTRACTS / "strategy.json"


class TestProduction(ModuleConformance):
    plugin = aicmo_core.modules.production.plugin
    contract = CONTRACTS / "production.json"


class TestQc(ModuleConformance):
    plugin = aicmo_core.modules.qc.plugin
    contract = CONTRACTS / "qc.json"


class TestDelivery(ModuleConformance):
    plugin = aicmo_core.modules.delivery.plugin
    contract = CONTRACTS / "delivery.json"
