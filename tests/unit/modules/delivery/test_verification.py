"""A package can be verified by whoever receives it."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from aicmo_core.kernel import NotFound
from aicmo_core.modules.delivery.internal.verification import PackageVerifier, package_problems

from .conftest import DRAFT_ID, Desk


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

    assert any("package.zip cannot be read" in problem for problem in problems)


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
    (problem,) = package_problems({"manifest.json": data})

    assert problem.startswith("manifest.json: ")


def test_manifest_of_another_format_is_told_of(folder: Path) -> None:
    """A reader does not claim to understand what it does not know."""
    text = (folder / "manifest.json").read_text()

    (problem,) = package_problems(
        {
            **{p.name: p.read_bytes() for p in folder.iterdir()},
            "manifest.json": text.replace("aicmo-package/1", "aicmo-package/9").encode(),
        }
    )

    assert "format 'aicmo-package/9'" in problem
