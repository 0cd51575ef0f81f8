"""The ports of delivery."""

from abc import ABC, abstractmethod

from aicmo_core.kernel.ids import DeliveryPackageId, DraftId
from aicmo_core.modules.delivery.api.dtos import (
    DeliveryPackageDTO,
    PackageCheckDTO,
    PublishResultDTO,
)


class DeliveryPackagePort(ABC):
    """Builds packages."""

    @abstractmethod
    def preflight(self, draft_id: DraftId) -> tuple[str, ...]:
        """
        Return all that keeps a draft from being delivered, a sentence each; it writes nothing.

        Quality control passed it, every section of its pack is there once and says
        something, and no placeholder is left: then there is nothing. Files are looked at
        when the package is made.

        Raises:
            NotFound: There is no such draft.
            UnknownName: Its pack is not known any more.
        """

    @abstractmethod
    def create_package(self, draft_id: DraftId) -> DeliveryPackageDTO:
        """
        Write the package's files to the run's artifacts; store and return the package.

        The files are those of the draft's bundle, `index.html`, the report in each format that
        the application makes documents in (`report.pdf`), `manifest.json` (path, size and
        SHA-256 of each of these) and `package.zip` (all of them, the manifest too). Every file
        is complete before a row refers to it. The same draft, version and ids give the same
        bytes, and so do the same fonts where a document needs other ones than it brings.

        A draft that is packaged again gives a new version, and the former stays as it is:
        version 1 lies in the run's folder, a later one in `v2`, `v3` and so on within the
        folder of the run that makes it. A run packages one draft: another draft's files
        would take the places of the first's.

        Raises:
            NotFound: There is no such draft.
            UnknownName: Its pack is not known any more.
            PreflightFailed: Something keeps it from being delivered (see `preflight`), or
                files are missing or are not what was assembled; all of them are named, and
                nothing is referenced.
            DocumentUnavailable: The report cannot be made in one of the formats.
            ArtifactUnavailable: A file could not be written.
        """


class PublishExecutePort(ABC):
    """Publishes packages: an effect outside, to be called from an external step."""

    @abstractmethod
    def publish(
        self, package_id: DeliveryPackageId, destination: str, idempotency_key: str
    ) -> PublishResultDTO:
        """
        Put the package's files at *destination*; doing it again with the same key changes nothing.

        At `file:///folder` they are in a folder of the package's id, which is there with
        all of its files or not at all.

        Args:
            destination: A URL. Its scheme says how: `file:`.
            idempotency_key: What the publication is known by, in its destination too.

        Raises:
            NotFound: There is no such package.
            UnknownName: Nothing here publishes to that scheme.
            PublishRefused: The key was withdrawn or stands for another package, or
                somebody else published the package there.
            ArtifactUnavailable: A file could not be read, or not be written there.
        """

    @abstractmethod
    def withdraw(self, destination: str, idempotency_key: str) -> None:
        """
        Take back whatever was published with this key, also where nothing was.

        The key is spent: a publication that comes late is refused. Rows are left to the
        caller's unit of work.

        Raises:
            UnknownName: Nothing here publishes to that scheme.
            ArtifactUnavailable: The destination cannot be written now.
        """


class DeliveryQueryPort(ABC):
    """What delivery knows."""

    @abstractmethod
    def get_package(self, package_id: DeliveryPackageId) -> DeliveryPackageDTO | None:
        """Return the package, or None."""

    @abstractmethod
    def list_packages(self, draft_id: DraftId) -> list[DeliveryPackageDTO]:
        """Return the draft's packages, version 1 first."""


class PackageVerifyPort(ABC):
    """Verifies packages, wherever they were copied to."""

    @abstractmethod
    def verify_package(self, place: str) -> PackageCheckDTO:
        """
        Compare a package with its manifest, file by file.

        It is intact if every file that a package holds is listed, there, and has the size
        and hash that are stated, and nothing else is there: no other file, no link, no name
        that is not plain. Links are not followed, nothing is unpacked, and reading ends at
        1 GiB and 10,000 files. A folder's later versions, `v2` and so on, are compared too.
        A manifest that was changed together with the files is not found out.

        Args:
            place: The path of a package's folder, or of its ZIP file.

        Raises:
            NotFound: There is no such folder or file.
        """
