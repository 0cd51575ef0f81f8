"""A package can be verified by whoever receives it."""

import json
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicmo_core.kernel import NotFound
from aicmo_core.modules.delivery.internal import contents
from aicmo_core.modules.delivery.internal.verification import PackageVerifier, package_problems
from aicmo_core.providers.folder_artifacts import FolderArtifactStore

from .conftest import DRAFT_ID, Desk, FolderOfRun

MANIFEST_TEXT: dict[str, Any] = {
    "format": "aicmo-package/1",
    "package_id": "p",
    "version": 1,
    "draft_id": "d",
    "client_id": "c",
    "brand_name": "b",
    "pack": "quick_social_basic",
    "created_at": "2026-03-02T09:30:00.000000Z",
    "files": [],
}


def rewrite(folder: Path, change: Callable[[str], str]) -> None:
    place = folder / "manifest.json"
    place.write_text(change(place.read_text("utf-8")), "utf-8")


def relist(folder: Path, change: Callable[[list[Any]], list[Any]]) -> None:
    """Change which files the manifest lists."""

    def changed(text: str) -> str:
        manifest = json.loads(text)
        return json.dumps(manifest | {"files": change(manifest["files"])})

    rewrite(folder, changed)


@pytest.fixture
def folder(desk: Desk, tmp_path: Path) -> Path:
    """A delivered package, copied to a folder."""
    place = tmp_path / "package"
    place.mkdir()
    for artifact in desk.builder.create_package(DRAFT_ID).artifacts:
        (place / artifact.name).write_bytes(desk.artifacts.get(artifact.url))
    return place


def test_delivered_package_is_intact(folder: Path) -> None:
    """What was packed verifies, as a folder and as its ZIP alone."""
    verifier = PackageVerifier()

    as_folder = verifier.verify_package(str(folder))
    as_zip = verifier.verify_package(str(folder / "package.zip"))

    assert as_folder.problems == as_zip.problems == ()
    assert as_folder.intact
    assert as_folder.files == as_zip.files == 5


def test_each_damage_is_named(folder: Path) -> None:
    """Changed, cut, lost and added files are each told of, and so is the archive's difference."""
    page = (folder / "index.html").read_bytes()
    (folder / "index.html").write_bytes(page.replace(b"Juniper", b"Jupiter"))
    (folder / "report.md").write_bytes(b"cut")
    (folder / "budget.svg").unlink()
    (folder / "extra.txt").write_text("not packed")

    problems = PackageVerifier().verify_package(str(folder)).problems

    assert [p.split(" has the SHA-256")[0] for p in problems] == [
        "budget.svg in package.zip is not the budget.svg beside it",
        "extra.txt in package.zip is not the extra.txt beside it",
        "index.html in package.zip is not the index.html beside it",
        "report.md in package.zip is not the report.md beside it",
        "budget.svg is missing",
        "index.html",
        "report.md has 3 bytes, expected 31",
        "extra.txt is not in manifest.json",
    ]


def test_archive_with_a_file_twice_is_not_intact(folder: Path) -> None:
    """A ZIP that holds two files of one name may show either: readers differ."""
    with (
        ZipFile(folder / "package.zip", "a") as zip_file,
        pytest.warns(UserWarning, match="Duplicate"),
    ):
        zip_file.writestr("report.md", "something else")

    problems = PackageVerifier().verify_package(str(folder / "package.zip")).problems

    assert "report.md is twice in package.zip" in problems


def test_archive_that_is_none_is_told_of(folder: Path) -> None:
    """A file that only has the name is a problem, not a crash."""
    (folder / "package.zip").write_bytes(b"PK but no more")

    problems = PackageVerifier().verify_package(str(folder / "package.zip")).problems

    assert problems == ("package.zip is not a ZIP file", "manifest.json is missing")


def test_damaged_archive_is_told_of(folder: Path) -> None:
    """A flipped byte within the ZIP fails its own check sum."""
    data = bytearray((folder / "package.zip").read_bytes())
    data[data.index(b"Spring plan for Juniper & Co\n")] ^= 1
    (folder / "package.zip").write_bytes(data)

    problems = PackageVerifier().verify_package(str(folder / "package.zip")).problems

    assert "report.md in package.zip cannot be read: Bad CRC-32 for file 'report.md'" in problems


def test_place_without_a_package_is_not_found(tmp_path: Path) -> None:
    """A wrong path is an error of its own."""
    with pytest.raises(NotFound, match="nowhere"):
        PackageVerifier().verify_package(str(tmp_path / "nowhere"))


def test_folder_without_a_manifest_is_not_intact(folder: Path) -> None:
    """Nothing to compare with is not success."""
    (folder / "manifest.json").unlink()

    check = PackageVerifier().verify_package(str(folder))

    assert not check.intact
    assert "manifest.json is missing" in check.problems


@pytest.mark.parametrize("data", [b"\xff", b"{", b"[]", b"{}", b'{"format": 1}'])
def test_manifest_that_is_none_is_told_of(data: bytes) -> None:
    """Whatever stands in its place, the answer is a sentence."""
    (problem,) = package_problems(data, {})

    assert problem.startswith("manifest.json: ")


def test_manifest_of_another_format_is_told_of(folder: Path) -> None:
    """A reader does not claim to understand what it does not know."""
    (folder / "package.zip").unlink()
    rewrite(folder, lambda text: text.replace("aicmo-package/1", "aicmo-package/9"))

    (problem,) = PackageVerifier().verify_package(str(folder)).problems

    assert "format 'aicmo-package/9'" in problem


def test_manifest_that_lists_too_little_is_told_of(folder: Path) -> None:
    """Complete is what has all that every package has, whatever its list says."""
    (folder / "package.zip").unlink()
    (folder / "index.html").unlink()
    (folder / "calendar.ics").unlink()
    without = ("index.html", "calendar.ics")
    relist(folder, lambda files: [f for f in files if f["path"] not in without])

    problems = PackageVerifier().verify_package(str(folder)).problems

    assert problems == (
        "manifest.json lists no index.html",
        "manifest.json lists no calendar.ics",
    )


@pytest.mark.parametrize(
    "path",
    [
        "../report.md",
        "/etc/passwd",
        "C:\\x.md",
        "a/../b",
        ".hidden",
        "a//b",
        "x" * 129,
        "\u202egnp.md",
    ],
)
def test_name_that_leads_elsewhere_is_told_of_and_not_looked_at(folder: Path, path: str) -> None:
    """A manifest comes from outside: no path of it is opened."""
    (folder / "package.zip").unlink()
    listed = {"path": path, "size": 0, "sha256": "0" * 64}
    relist(folder, lambda files: [*files, listed])

    problems = PackageVerifier().verify_package(str(folder)).problems

    assert problems == (f"manifest.json lists {path!r}, which is not the plain name of a file",)


def test_manifest_that_lists_itself_or_a_file_twice_is_told_of(folder: Path) -> None:
    """No hash can be in what it is the hash of."""
    (folder / "package.zip").unlink()
    own = {"path": "manifest.json", "size": 0, "sha256": "0" * 64}
    relist(folder, lambda files: [*files, files[0], own])

    problems = PackageVerifier().verify_package(str(folder)).problems

    assert "manifest.json lists a file twice" in problems
    assert "manifest.json lists manifest.json" in problems


@pytest.mark.parametrize("name", [".env", "with space.md", "notes.txt.", "run.exe\n"])
def test_file_with_a_name_that_no_package_has_is_told_of(folder: Path, name: str) -> None:
    """Hidden files are not skipped: nothing is there that was not packed."""
    (folder / name).write_text("extra")

    problems = PackageVerifier().verify_package(str(folder)).problems

    assert problems == (f"{name!r} is not the plain name of a file",)


def test_what_the_library_leaves_in_a_folder_is_no_file_of_the_package(folder: Path) -> None:
    """The record of a publication, and what a killed writer left half written."""
    (folder / ".publication").write_text("{}")
    (folder / f".{'0a' * 12}.part").write_text("half")

    assert PackageVerifier().verify_package(str(folder)).intact


def test_file_in_a_folder_within_is_told_of(folder: Path) -> None:
    """A package has no depth to hide something in."""
    (folder / "assets").mkdir()
    (folder / "assets" / "logo.png").write_bytes(b"extra")

    problems = PackageVerifier().verify_package(str(folder)).problems

    assert "assets/logo.png is not in manifest.json" in problems


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_link_and_pipe_are_told_of_and_not_followed(folder: Path, tmp_path: Path) -> None:
    """A link may lead anywhere, to the right content too; a pipe may never end."""
    (folder / "package.zip").unlink()
    report = folder / "report.md"
    report.rename(tmp_path / "report.md")
    report.symlink_to(tmp_path / "report.md")
    os.mkfifo(folder / "pipe.md")
    (folder / "out").symlink_to(tmp_path, target_is_directory=True)

    problems = PackageVerifier().verify_package(str(folder)).problems

    assert problems == (
        "out cannot be read: it is a link",
        "pipe.md is no regular file",
        "report.md cannot be read: it is a link",
        "report.md is missing",
    )


@pytest.mark.parametrize("name", ["../evil.md", "/abs.md", "a\\b.md", "x.md\x00.exe", "dir/"])
def test_entry_of_an_archive_that_leads_elsewhere_is_told_of(folder: Path, name: str) -> None:
    """Whoever unpacks it with another program is warned."""
    entry = ZipInfo("placeholder")
    entry.filename = name
    with ZipFile(folder / "package.zip", "a") as zip_file:
        zip_file.writestr(entry, b"")

    problems = PackageVerifier().verify_package(str(folder / "package.zip")).problems

    assert problems == (f"{name!r} in package.zip is not the plain name of a file",)


def test_link_in_an_archive_is_told_of(folder: Path) -> None:
    """It would lead elsewhere once it is unpacked."""
    entry = ZipInfo("link.md")
    entry.create_system = 3
    entry.external_attr = 0o120777 << 16
    with ZipFile(folder / "package.zip", "a") as zip_file:
        zip_file.writestr(entry, "/etc/passwd")

    problems = PackageVerifier().verify_package(str(folder / "package.zip")).problems

    assert problems == ("link.md in package.zip is no regular file",)


def test_encrypted_entry_is_told_of(folder: Path) -> None:
    """It cannot be compared."""
    data = bytearray((folder / "package.zip").read_bytes())
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1
    local = data.index(b"PK\x03\x04")
    data[local + 6] |= 1
    (folder / "package.zip").write_bytes(data)

    problems = PackageVerifier().verify_package(str(folder / "package.zip")).problems

    assert any("is encrypted" in problem for problem in problems)


def test_archive_that_unpacks_to_too_much_is_read_to_a_limit(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it says of its sizes is not believed."""
    monkeypatch.setattr(contents, "MOST_BYTES", 4 << 20)
    with ZipFile(folder / "package.zip", "a", ZIP_DEFLATED) as zip_file:
        zip_file.writestr("zeros.md", bytes(64 << 20))
    read: list[int] = []

    def counted() -> Any:
        made = sha256()

        class Counting:
            hexdigest = made.hexdigest

            def update(self, piece: bytes) -> None:
                read.append(len(piece))
                made.update(piece)

        return Counting()

    monkeypatch.setattr(contents, "sha256", counted)

    problems = PackageVerifier().verify_package(str(folder / "package.zip")).problems

    assert any(p.startswith(f"there are more than {4 << 20} bytes") for p in problems)
    assert sum(read) <= 4 << 20


def test_folder_of_too_many_files_is_read_to_a_limit(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is handed something else by mistake is not kept for hours."""
    monkeypatch.setattr(contents, "MOST_FILES", 5)

    problems = PackageVerifier().verify_package(str(folder)).problems

    assert "there are more than 5 files; the rest was not read" in problems


def test_later_version_within_is_compared_as_a_package_of_its_own(
    desk: Desk, tmp_path: Path
) -> None:
    """One run's versions lie in one folder; damage names the version."""
    desk.artifacts = FolderOfRun(FolderArtifactStore(tmp_path))
    desk.builder.create_package(DRAFT_ID)
    desk.commit()
    desk.builder.create_package(DRAFT_ID)
    desk.commit()
    folder = tmp_path / "run-1"

    both = PackageVerifier().verify_package(str(folder))
    (folder / "v2" / "report.md").write_text("cut")
    (folder / "v2" / "extra.md").write_text("extra")
    damaged = PackageVerifier().verify_package(str(folder))
    second = PackageVerifier().verify_package(str(folder / "v2"))

    assert both.intact
    assert both.files == 10
    assert damaged.problems == tuple(f"v2/: {problem}" for problem in second.problems)
    assert "report.md has 3 bytes, expected 31" in second.problems
    assert "extra.md is not in manifest.json" in second.problems


_TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)


@settings(max_examples=150, deadline=None)
@given(
    files=st.lists(
        st.fixed_dictionaries(
            {
                "path": st.sampled_from(["report.md", "../x", "v2/a"]) | _TEXTS,
                "size": st.integers(-(2**63), 2**63 - 1),
                "sha256": _TEXTS,
            }
        ),
        max_size=4,
    ),
    stored=st.dictionaries(_TEXTS, st.binary(max_size=20), max_size=4),
)
def test_whatever_is_in_an_archive_the_answer_is_a_list(
    files: list[dict[str, Any]], stored: dict[str, bytes]
) -> None:
    """Nothing that is no package of the library is intact, and nothing crashes."""
    manifest = MANIFEST_TEXT | {"files": files}
    with TemporaryDirectory() as folder:
        place = Path(folder, "package.zip")
        with ZipFile(place, "w") as zip_file:
            for name, data in stored.items():
                zip_file.writestr(ZipInfo(name or "-"), data)
            zip_file.writestr("manifest.json", json.dumps(manifest))

        checked = PackageVerifier().verify_package(str(place))

    assert not checked.intact
    assert all("\n" not in problem for problem in checked.problems)
