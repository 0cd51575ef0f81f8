"""Delivery's ports on its own rows, production's files and quality control's verdict."""

from __future__ import annotations

import logging

from attrs import frozen

from aicmo_core.hooks import Artifact, Artifacts, Documents
from aicmo_core.kernel import Clock, Ids, NotFound
from aicmo_core.kernel.ids import DeliveryPackageId, DraftId
from aicmo_core.modules.delivery.api import (
    Delivered,
    DeliveryArtifactDTO,
    DeliveryPackageDTO,
    DeliveryPackagePort,
    DeliveryQueryPort,
    PreflightFailed,
)
from aicmo_core.modules.delivery.internal.archive import archive
from aicmo_core.modules.delivery.internal.bundle import PAGE, read_bundle
from aicmo_core.modules.delivery.internal.collections import PACKAGES
from aicmo_core.modules.delivery.internal.manifest import (
    ARCHIVE,
    MANIFEST,
    Manifest,
    Undisplayed,
    sorted_files,
)
from aicmo_core.modules.delivery.internal.page import render_page
from aicmo_core.modules.delivery.internal.preflight import preflight_reasons
from aicmo_core.modules.delivery.internal.rendering import Rendition, render_documents
from aicmo_core.modules.delivery.internal.report import report_of
from aicmo_core.modules.production.api import (
    AssetAssemblePort,
    ContentDraftDTO,
    ProductionQueryPort,
)
from aicmo_core.modules.qc.api import QcQueryPort
from aicmo_core.storage import Store

_log = logging.getLogger("aicmo_core.delivery")

_FORMATS = {"md": "markdown"}


@frozen
class PackageBuilder(DeliveryPackagePort):
    """Checks, renders, writes, and only then refers."""

    store: Store
    production: ProductionQueryPort
    assembler: AssetAssemblePort
    quality: QcQueryPort
    artifacts: Artifacts
    documents: Documents
    clock: Clock
    ids: Ids

    def preflight(self, draft_id: DraftId) -> tuple[str, ...]:
        return self._reasons(self._draft(draft_id))

    def create_package(self, draft_id: DraftId) -> DeliveryPackageDTO:
        draft = self._draft(draft_id)
        if reasons := self._reasons(draft):
            raise PreflightFailed(draft_id, reasons)
        files, undisplayed = self._files(draft)
        package_id = DeliveryPackageId(self.ids.new())
        if undisplayed:
            names = ", ".join(sorted(undisplayed))
            _log.warning(
                "package %s has letters in no font here: %s shows boxes", package_id, names
            )
        version = self._next_version(draft_id)
        files[MANIFEST] = Manifest(
            package_id=package_id,
            version=version,
            draft_id=draft_id,
            client_id=draft.client_id,
            brand_name=draft.brand_name,
            pack=draft.pack,
            created_at=draft.created_at,
            files=sorted_files(files.items()),
            undisplayed=undisplayed,
        ).to_bytes()
        files[ARCHIVE] = archive(files)
        # A later version made by the same run lies beside the first, and replaces none of it.
        folder = "" if version == 1 else f"v{version}/"
        written = {name: self.artifacts.put(folder + name, files[name]) for name in sorted(files)}
        package = DeliveryPackageDTO(
            package_id=package_id,
            draft_id=draft_id,
            artifacts=tuple(_reference(name, file) for name, file in written.items()),
            created_at=self.clock.now(),
            version=version,
            client_id=draft.client_id,
            folder=written[MANIFEST].path.rpartition("/")[0],
        )
        self.store.open(PACKAGES).add(package)
        delivered = Delivered(package_id=package_id, artifact_count=len(package.artifacts))
        self.store.emit(delivered, PACKAGES, package_id)
        return package

    def _draft(self, draft_id: DraftId) -> ContentDraftDTO:
        draft = self.production.get_draft(draft_id)
        if draft is None:
            raise NotFound("draft", draft_id)
        return draft

    def _reasons(self, draft: ContentDraftDTO) -> tuple[str, ...]:
        ordered = self.production.get_pack(draft.pack).sections
        return preflight_reasons(draft, self.quality.get_result(draft.draft_id), ordered)

    def _files(self, draft: ContentDraftDTO) -> tuple[dict[str, bytes], Undisplayed]:
        """Return all files but the manifest, and what their fonts have no letters for."""
        bundle = self.assembler.assemble_bundle(draft.draft_id)
        files, problems = read_bundle(bundle, self.artifacts)
        if problems:
            raise PreflightFailed(draft.draft_id, problems)
        charts = self.production.get_charts(draft.draft_id)
        made = Rendition()
        if self.documents.renderers:
            made = render_documents(self.documents, report_of(draft, charts), files)
        files |= made.files
        files[PAGE] = render_page(draft, charts, files, made.purposes)
        return files, made.undisplayed

    def _next_version(self, draft_id: DraftId) -> int:
        newest = self.store.open(PACKAGES).find({"draft_id": draft_id}, "-version", limit=1)
        return newest[0].version + 1 if newest else 1


@frozen
class Deliveries(DeliveryQueryPort):
    """Packages as they are stored."""

    store: Store

    def get_package(self, package_id: DeliveryPackageId) -> DeliveryPackageDTO | None:
        return self.store.open(PACKAGES).get(package_id)

    def list_packages(self, draft_id: DraftId) -> list[DeliveryPackageDTO]:
        return list(self.store.open(PACKAGES).find({"draft_id": draft_id}, "version"))


def _reference(name: str, written: Artifact) -> DeliveryArtifactDTO:
    suffix = name.rpartition(".")[2]
    return DeliveryArtifactDTO(
        name=name,
        url=written.path,
        format=_FORMATS.get(suffix, suffix),
        size=written.size,
        sha256=written.sha256,
    )
