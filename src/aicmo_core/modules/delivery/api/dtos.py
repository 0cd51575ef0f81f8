"""The data of delivery."""

from datetime import datetime
from typing import Any

from attrs import field, frozen

from aicmo_core.kernel.ids import ClientId, DeliveryPackageId, DraftId


@frozen
class DeliveryArtifactDTO:
    """
    A complete file of a package.

    Attributes:
        name: Its file name: "index.html".
        url: Its path in the artifact store.
        format: "html", "markdown", "csv", "ics", "svg", "json", "zip", or that of a document:
            "pdf".
        size: In bytes.
        sha256: Of its content, in lower-case hexadecimal.
    """

    name: str
    url: str
    format: str
    size: int
    sha256: str


@frozen
class DeliveryPackageDTO:
    """
    What a client receives.

    Attributes:
        version: Counts up per draft from 1.
        folder: The path of its folder in the artifact store.
    """

    package_id: DeliveryPackageId
    draft_id: DraftId
    artifacts: tuple[DeliveryArtifactDTO, ...]
    created_at: datetime
    version: int
    client_id: ClientId
    folder: str


@frozen
class PublishJobDTO:
    """
    An order to publish a package, and what became of it.

    Attributes:
        destination: A URL: `file:///folder`.
        idempotency_key: What the publication is known by: asked for again with the
            same key, it is this job.
        published_urls: Where each file is to be found.
        client_id: Whose package it is.
    """

    job_id: str
    package_id: DeliveryPackageId
    destination: str
    config: dict[str, Any] = field(factory=dict)
    idempotency_key: str = ""
    published_urls: tuple[str, ...] = ()
    published_at: datetime | None = None
    client_id: ClientId = field(default=ClientId(""))


@frozen
class PublishResultDTO:
    """
    What became of a publication.

    Attributes:
        published_urls: Where each file is to be found.
    """

    job_id: str
    success: bool
    published_urls: tuple[str, ...] = ()
    error_message: str | None = None
    published_at: datetime | None = None


@frozen
class PackageCheckDTO:
    """
    What a reader found who trusts nothing but the manifest.

    Attributes:
        place: The folder or ZIP file that was read.
        files: How many files were compared with the manifest.
        problems: What is not as the manifest says, a sentence each; empty where all is.
    """

    place: str
    files: int
    problems: tuple[str, ...]

    @property
    def intact(self) -> bool:
        """Whether every file is there, and is the one that was packed."""
        return not self.problems
