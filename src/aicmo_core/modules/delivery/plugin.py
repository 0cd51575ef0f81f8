"""Delivery as a plugin."""

from typing import TYPE_CHECKING

from aicmo_core.hooks import Artifacts, Documents, Module, Scope, hookimpl, provides
from aicmo_core.kernel.clock import Clock, Ids
from aicmo_core.modules.delivery.api import (
    CONTRACT_VERSION,
    DeliveryPackagePort,
    DeliveryQueryPort,
    PackageVerifyPort,
    PublishExecutePort,
)
from aicmo_core.modules.delivery.internal.collections import JOBS, PACKAGES
from aicmo_core.modules.production.api import AssetAssemblePort, ProductionQueryPort
from aicmo_core.modules.qc.api import QcQueryPort

if TYPE_CHECKING:
    from aicmo_core.modules.delivery.internal.adapters import Deliveries, PackageBuilder
    from aicmo_core.modules.delivery.internal.publisher import Publisher
    from aicmo_core.modules.delivery.internal.verification import PackageVerifier


@hookimpl
def aicmo_module() -> Module:
    return Module(
        name="delivery",
        collections=[PACKAGES, JOBS],
        adapters=[
            provides(DeliveryPackagePort).by(_package_builder),
            provides(DeliveryQueryPort).by(_deliveries),
            provides(PublishExecutePort).by(_publisher),
            provides(PackageVerifyPort).by(_verifier),
        ],
        migrations="aicmo_core.modules.delivery.internal.migrations",
        contract_version=CONTRACT_VERSION,
    )


# Adapters are imported when built: they bring the template engine with them.


def _package_builder(scope: Scope) -> "PackageBuilder":
    from aicmo_core.modules.delivery.internal.adapters import PackageBuilder

    return PackageBuilder(
        store=scope.store,
        production=scope.get(ProductionQueryPort),
        assembler=scope.get(AssetAssemblePort),
        quality=scope.get(QcQueryPort),
        artifacts=scope.get(Artifacts),
        documents=scope.get(Documents),
        clock=scope.get(Clock),
        ids=scope.get(Ids),
    )


def _deliveries(scope: Scope) -> "Deliveries":
    from aicmo_core.modules.delivery.internal.adapters import Deliveries

    return Deliveries(scope.store)


def _publisher(scope: Scope) -> "Publisher":
    from aicmo_core.modules.delivery.internal.publisher import Publisher

    return Publisher(scope.store, scope.get(Artifacts), scope.get(Clock), scope.get(Ids))


def _verifier(_: Scope) -> "PackageVerifier":
    from aicmo_core.modules.delivery.internal.verification import PackageVerifier

    return PackageVerifier()
