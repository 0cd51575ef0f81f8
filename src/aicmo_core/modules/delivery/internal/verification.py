"""Whether a package is whole: its files compared with its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from zipfile import BadZipFile, ZipFile, is_zipfile

from aicmo_core.kernel import InvalidValue, NotFound
from aicmo_core.modules.delivery.api import PackageCheckDTO, PackageVerifyPort
from aicmo_core.modules.delivery.internal.manifest import (
    ARCHIVE,
    FORMAT,
    MANIFEST,
    Manifest,
    PackedFile,
    read_manifest,
)


class PackageVerifier(PackageVerifyPort):
    """Reads a folder or a ZIP file of this machine."""

    def verify_package(self, place: str) -> PackageCheckDTO:
        path = Path(place)
        if path.is_dir():
            return _check_folder(path)
        if not path.is_file():
            raise NotFound("package at", place)
        files, problems = _zip_files(path)
        return _check(place, files, problems)


def package_problems(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """
    Return what is wrong with a package whose files are these; empty where nothing is.

    Args:
        files: Every file of the package's folder or ZIP by name, the manifest among them.
    """
    if MANIFEST not in files:
        return (f"{MANIFEST} is missing",)
    try:
        manifest = read_manifest(files[MANIFEST])
    except (InvalidValue, UnicodeDecodeError) as error:
        return (f"{MANIFEST}: {error}",)
    problems = [] if manifest.format == FORMAT else [_other_format(manifest)]
    listed = {file.path: file for file in manifest.files}
    if len(listed) != len(manifest.files):
        problems.append(f"{MANIFEST} lists a file twice")
    for path, file in sorted(listed.items()):
        problems += _compare(file, files.get(path))
    for path in sorted(files.keys() - listed.keys() - {MANIFEST, ARCHIVE}):
        problems.append(f"{path} is not in {MANIFEST}")
    return tuple(problems)


def _other_format(manifest: Manifest) -> str:
    return f"{MANIFEST} has the format {manifest.format!r}, expected {FORMAT!r}"


def _compare(stated: PackedFile, data: bytes | None) -> list[str]:
    if data is None:
        return [f"{stated.path} is missing"]
    found = PackedFile.of(stated.path, data)
    if found.size != stated.size:
        return [f"{stated.path} has {found.size} bytes, expected {stated.size}"]
    if found.sha256 != stated.sha256:
        return [f"{stated.path} has the SHA-256 {found.sha256}, expected {stated.sha256}"]
    return []


def _check(place: str, files: Mapping[str, bytes], problems: list[str]) -> PackageCheckDTO:
    found = (*problems, *package_problems(files))
    return PackageCheckDTO(place, len(files.keys() - {MANIFEST, ARCHIVE}), found)


def _check_folder(folder: Path) -> PackageCheckDTO:
    files = {
        place.relative_to(folder).as_posix(): place.read_bytes()
        for place in sorted(folder.rglob("*"))
        if place.is_file() and not place.name.startswith(".")
    }
    problems: list[str] = []
    if ARCHIVE in files:
        problems += _archive_problems(folder / ARCHIVE, files)
    return _check(str(folder), files, problems)


def _archive_problems(place: Path, files: Mapping[str, bytes]) -> list[str]:
    """Return how the ZIP that lies in a package's folder differs from the files beside it."""
    packed, problems = _zip_files(place)
    for path in sorted((files.keys() | packed.keys()) - {ARCHIVE}):
        if packed.get(path) != files.get(path):
            problems.append(f"{path} in {ARCHIVE} is not the {path} beside it")
    return problems


def _zip_files(place: Path) -> tuple[dict[str, bytes], list[str]]:
    if not is_zipfile(place):
        return {}, [f"{place.name} is not a ZIP file"]
    files: dict[str, bytes] = {}
    problems = []
    try:
        with ZipFile(place) as zip_file:
            for entry in zip_file.infolist():
                if entry.filename in files:
                    problems.append(f"{entry.filename} is twice in {place.name}")
                files[entry.filename] = zip_file.read(entry)
    except (BadZipFile, NotImplementedError, EOFError) as error:
        problems.append(f"{place.name} cannot be read: {error}")
    return files, problems
