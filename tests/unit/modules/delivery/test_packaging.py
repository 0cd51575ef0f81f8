"""Packages: complete files first, then the rows that refer to them."""

import io
import json
from hashlib import sha256
from zipfile import ZipFile

import pytest
from attrs import define, evolve

from aicmo_core.documents import Document
from aicmo_core.hooks import (
    ArtifactUnavailable,
    DocumentRenderer,
    Documents,
    DocumentUnavailable,
    RenderedDocument,
)
from aicmo_core.kernel import NotFound
from aicmo_core.kernel.ids import DraftId
from aicmo_core.modules.delivery.api import Delivered, DeliveryPackageDTO, PreflightFailed
from aicmo_core.modules.qc.api import QcIssueDTO, Severity
from aicmo_core.providers.memory_artifacts import MemoryArtifactStore
from aicmo_core.storage import Conflict, ConflictKind

from .conftest import DRAFT_ID, FILES, Desk, FolderOfRun, draft_of, section, verdict

NAMES = [
    "budget.svg",
    "calendar.csv",
    "calendar.ics",
    "index.html",
    "manifest.json",
    "package.zip",
    "report.md",
]


def deliver(desk: Desk) -> DeliveryPackageDTO:
    package = desk.builder.create_package(DRAFT_ID)
    desk.commit()
    return package


def test_package_is_stored_with_a_reference_to_each_file(desk: Desk) -> None:
    """What the row says of a file, name, size and hash, is so."""
    package = deliver(desk)

    assert desk.deliveries.get_package(package.package_id) == package
    assert [artifact.name for artifact in package.artifacts] == NAMES
    assert package.folder == "run-1"
    for artifact in package.artifacts:
        data = desk.artifacts.get(artifact.url)
        assert artifact.url == f"run-1/{artifact.name}"
        assert (artifact.size, artifact.sha256) == (len(data), sha256(data).hexdigest())


def test_manifest_lists_every_file_but_itself_and_the_archive(desk: Desk) -> None:
    """A reader who knows JSON and SHA-256 can verify each file, in path order."""
    package = deliver(desk)

    manifest = json.loads(desk.file("manifest.json"))
    assert manifest["package_id"] == package.package_id
    assert manifest["draft_id"] == DRAFT_ID
    assert (manifest["version"], manifest["pack"]) == (1, "quick_social_basic")
    paths = [line["path"] for line in manifest["files"]]
    assert paths == [name for name in NAMES if name not in ("manifest.json", "package.zip")]
    for line in manifest["files"]:
        data = desk.file(line["path"])
        assert line["size"] == len(data)
        assert line["sha256"] == sha256(data).hexdigest()


def test_archive_holds_the_same_files(desk: Desk) -> None:
    """An independent reader unpacks exactly what lies beside the archive, manifest included."""
    deliver(desk)

    with ZipFile(io.BytesIO(desk.file("package.zip"))) as zip_file:
        assert zip_file.testzip() is None
        assert zip_file.namelist() == [name for name in NAMES if name != "package.zip"]
        for entry in zip_file.infolist():
            assert zip_file.read(entry) == desk.file(entry.filename)
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)


def test_same_draft_gives_the_same_bytes() -> None:
    """No wall clock, no chance: with the same ids, another machine packs the same package."""
    first, second = Desk(), Desk()
    second.clock.set(second.clock.now().replace(year=2031))

    one, other = deliver(first), deliver(second)

    assert one.created_at != other.created_at
    assert {a.name: a.sha256 for a in one.artifacts} == {a.name: a.sha256 for a in other.artifacts}


def test_delivery_is_announced_with_the_package(desk: Desk) -> None:
    """The event belongs to the package's row and is part of the same batch."""
    package = desk.builder.create_package(DRAFT_ID)

    (emitted,) = desk.work.emitted
    assert isinstance(emitted.event, Delivered)
    assert emitted.event.package_id == package.package_id
    assert emitted.event.artifact_count == 7
    assert (emitted.collection.name, emitted.key) == ("delivery_packages", (package.package_id,))


def test_packaging_again_counts_a_version(desk: Desk) -> None:
    """An earlier package stays as it is; versions are listed in order."""
    first = deliver(desk)
    desk.artifacts = FolderOfRun(desk.artifacts.store, "run-2")

    second = deliver(desk)

    assert (first.version, second.version) == (1, 2)
    assert second.folder == "run-2/v2"
    assert desk.deliveries.list_packages(DRAFT_ID) == [first, second]
    assert json.loads(desk.file("manifest.json", "run-2/v2"))["version"] == 2


def test_packaging_again_in_one_run_leaves_the_former_as_it_is(desk: Desk) -> None:
    """Its rows state hashes: each of its files is still the one that they speak of."""
    first = deliver(desk)

    second = deliver(desk)

    assert (first.folder, second.folder) == ("run-1", "run-1/v2")
    assert {f.url for f in first.artifacts}.isdisjoint(f.url for f in second.artifacts)
    for file in (*first.artifacts, *second.artifacts):
        assert sha256(desk.artifacts.get(file.url)).hexdigest() == file.sha256


def test_preflight_names_all_that_is_missing_and_writes_nothing(desk: Desk) -> None:
    """One list, for whoever wants to know before the delivery; the delivery gives the same."""
    desk.result = verdict(passed=False, score=31)
    desk.sections = ("overview", "kpis", "roadmap")
    desk.draft = draft_of(
        section("Overview", "We {{ goal }}."), section("Empty", " ", "kpis"), section("Twice", "x")
    )

    reasons = desk.builder.preflight(DRAFT_ID)
    with pytest.raises(PreflightFailed) as refused:
        desk.builder.create_package(DRAFT_ID)

    assert reasons == (
        "it did not pass quality control: score 31 of 70",
        "section 'roadmap' of the pack 'quick_social_basic' is missing",
        "section 'overview' is there 2 times",
        "section 'overview', line 1: a template expression was not filled in: '{{ goal }}'",
        "section 'kpis' is empty",
    )
    assert refused.value.reasons == reasons
    assert desk.artifacts.puts == []
    assert desk.work.changes() == []


def test_preflight_of_a_sound_draft_finds_nothing(desk: Desk) -> None:
    """Then it can be delivered."""
    assert desk.builder.preflight(DRAFT_ID) == ()
    assert deliver(desk).version == 1


def test_preflight_of_no_draft_is_not_found(desk: Desk) -> None:
    """There is nothing to say of it."""
    with pytest.raises(NotFound, match="draft-9"):
        desk.builder.preflight(DraftId("draft-9"))


def test_all_that_is_wrong_with_files_is_told_at_once(desk: Desk) -> None:
    """Whoever mends the files does not find them out one by one."""
    desk.files = {"report.md": FILES["report.md"]}

    with pytest.raises(PreflightFailed) as refused:
        desk.builder.create_package(DRAFT_ID)

    assert refused.value.reasons == (
        "the bundle has no calendar.csv",
        "the bundle has no calendar.ics",
        "the bundle has no budget.svg",
    )


def test_two_packages_at_once_collide_on_the_version(desk: Desk) -> None:
    """Both counted from the same read; the later commit is refused and can count again."""
    rival = Desk(
        backend=desk.backend,
        ids=desk.ids,
        artifacts=FolderOfRun(desk.artifacts.store, "run-2"),
    )
    desk.builder.create_package(DRAFT_ID)
    rival.builder.create_package(DRAFT_ID)
    rival.commit()

    with pytest.raises(Conflict) as caught:
        desk.commit()

    assert [(i.kind, i.constraint) for i in caught.value.items] == [
        (ConflictKind.UNIQUE, "draft_id,version")
    ]


@pytest.mark.parametrize("number", range(1, 8))
def test_put_that_fails_leaves_nothing_that_refers(number: int) -> None:
    """Whichever of the seven files cannot be written, there is no row and no event."""
    desk = Desk(artifacts=FolderOfRun(MemoryArtifactStore(), fails_at=number))

    with pytest.raises(ArtifactUnavailable, match="disk is full"):
        desk.builder.create_package(DRAFT_ID)

    assert desk.work.changes() == []
    assert desk.work.emitted == ()
    assert len(desk.artifacts.puts) == number


def test_row_comes_after_the_last_file(desk: Desk) -> None:
    """Every file is written before anything refers to one; the archive closes over the rest."""
    deliver(desk)

    assert sorted(set(desk.artifacts.puts)) == NAMES
    assert desk.artifacts.store.list("run-1") == [f"run-1/{name}" for name in NAMES]


def test_missing_draft_is_not_found(desk: Desk) -> None:
    """A command that names nothing says so, before it writes."""
    with pytest.raises(NotFound, match="draft-9"):
        desk.builder.create_package(DraftId("draft-9"))

    assert desk.artifacts.puts == []


def test_draft_that_nobody_checked_is_refused(desk: Desk) -> None:
    """Without a verdict there is no delivery."""
    desk.result = None

    with pytest.raises(PreflightFailed, match="quality control has not checked it"):
        desk.builder.create_package(DRAFT_ID)

    assert desk.artifacts.puts == []


def test_every_reason_is_given_at_once(desk: Desk) -> None:
    """Whoever mends the draft learns of the verdict, its findings, and each gap in the text."""
    issue = QcIssueDTO(Severity.CRITICAL, "overview", "no call to action", "cta")
    minor = QcIssueDTO(Severity.MINOR, "overview", "a long sentence", "sentences")
    desk.result = evolve(verdict(passed=False, score=41.5), issues=(issue, minor))
    desk.with_section("First line\n\nDear [Insert name here], buy {{ product.name }}!")

    with pytest.raises(PreflightFailed) as caught:
        desk.builder.create_package(DRAFT_ID)

    assert caught.value.reasons == (
        "it did not pass quality control: score 41.5 of 70",
        "overview: no call to action",
        "section 'overview', line 3: a template expression was not filled in: '{{ product.name }}'",
        "section 'overview', line 3: a bracketed instruction was left standing: "
        "'[Insert name here]'",
    )
    assert desk.artifacts.puts == []


@pytest.mark.parametrize(
    "body",
    [
        "They ask for \\{\\{ name \\}\\} and \\[insert offer\\] by name.",
        "See [your account](https://example.com/) or {{7*7}} [2026 figures].",
        "Prices are $5 {net}, 100% ${} fair.",
    ],
)
def test_client_text_is_no_placeholder(desk: Desk, body: str) -> None:
    """Escaped braces and brackets, links and figures are text, and go out."""
    desk.with_section(body)

    assert deliver(desk).version == 1


@pytest.mark.parametrize(
    "body", ["{% if budget %}", "Hello ${first_name}", "[TBD]", "Lorem ipsum dolor", "  \n"]
)
def test_gap_in_the_text_is_refused(desk: Desk, body: str) -> None:
    """What a writer forgot never reaches a client."""
    desk.with_section(body)

    with pytest.raises(PreflightFailed, match="section 'overview'"):
        desk.builder.create_package(DRAFT_ID)


def test_file_that_the_bundle_lacks_is_named(desk: Desk) -> None:
    """A package without one of its files is none."""
    desk.files = {name: data for name, data in FILES.items() if name != "calendar.ics"}

    with pytest.raises(PreflightFailed, match=r"the bundle has no calendar\.ics"):
        desk.builder.create_package(DRAFT_ID)

    assert desk.work.changes() == []


def test_file_that_changed_since_it_was_assembled_is_refused(desk: Desk) -> None:
    """Size and hash are compared with what lies in the store."""
    desk.assets = lambda assets: tuple(
        evolve(a, sha256="0" * 64) if a.name == "report.md" else a for a in assets
    )

    with pytest.raises(PreflightFailed, match=r"report\.md is not the file that was assembled"):
        desk.builder.create_package(DRAFT_ID)


def test_file_that_is_not_in_the_store_is_refused(desk: Desk) -> None:
    """A bundle that refers to nothing is not delivered."""
    desk.assets = lambda assets: tuple(evolve(a, url=f"gone/{a.name}") for a in assets)

    with pytest.raises(PreflightFailed, match=r"budget\.svg is not in the artifact store"):
        desk.builder.create_package(DRAFT_ID)


@pytest.mark.parametrize(
    "name", ["../outside.md", "/etc/passwd", "a\\b", ".hidden", "manifest.json", "index.html", ""]
)
def test_name_that_is_no_plain_file_name_is_refused(desk: Desk, name: str) -> None:
    """No assembler's name becomes a path in a ZIP, nor replaces one of the package's own files."""
    desk.assets = lambda assets: (*assets, evolve(assets[0], name=name))

    with pytest.raises(PreflightFailed, match="the bundle names"):
        desk.builder.create_package(DRAFT_ID)


@define
class Plain(DocumentRenderer):
    """The titles of a report, a line each; what is not ASCII cannot be shown."""

    format: str = "txt"
    purpose: str = "The titles"

    def render(self, document: Document) -> RenderedDocument:
        text = "\n".join([document.title, *(section.title for section in document.sections)])
        odd = tuple(dict.fromkeys(c for c in text if not c.isascii()))
        return RenderedDocument(text.encode(), odd)


def test_report_is_in_every_format_that_the_host_chose(desk: Desk) -> None:
    """Its file is written, listed, packed, and offered by the page."""
    desk.documents = Documents((Plain(), Plain("rtf", "To edit")))

    package = deliver(desk)

    assert desk.file("report.txt").decode().splitlines() == [
        "Spring plan for Juniper & Co",
        "Overview",
        "30-day calendar",
        "Budget",
    ]
    assert [a.format for a in package.artifacts if a.name.startswith("report.")] == [
        "markdown",
        "rtf",
        "txt",
    ]
    listed = json.loads(desk.file("manifest.json"))
    assert {"report.txt", "report.rtf"} < {line["path"] for line in listed["files"]}
    assert listed["undisplayed"] == {}
    page = desk.file("index.html").decode()
    assert page.index("report.txt") < page.index("The titles") < page.index("report.md")


def test_what_a_document_cannot_show_is_in_the_manifest(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """A package that has boxes in place of letters says so; the log does too, and quotes none."""
    desk.documents = Documents((Plain(),))
    desk.with_section("Body.", "Über 茶")

    package = deliver(desk)

    listed = json.loads(desk.file("manifest.json"))
    assert listed["undisplayed"] == {"report.txt": ["Ü", "茶"]}
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert f"{package.package_id}" in record.getMessage()
    assert "report.txt" in record.getMessage()
    assert "茶" not in record.getMessage()


@pytest.mark.parametrize("name", ["md", "../../x", ""])
def test_format_without_a_name_of_its_own_is_refused(desk: Desk, name: str) -> None:
    """A document takes no other file's place, in the package or elsewhere."""
    desk.documents = Documents((Plain(name),))

    with pytest.raises(DocumentUnavailable, match="report"):
        desk.builder.create_package(DRAFT_ID)
