"""Whether a package is whole: its files compared with its manifest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from attrs import evolve

from aicmo_core.kernel import InvalidValue, NotFound
from aicmo_core.modules.delivery.api import PackageCheckDTO, PackageVerifyPort
from aicmo_core.modules.delivery.internal.bundle import EXPECTED, PAGE
from aicmo_core.modules.delivery.internal.contents import Contents, read_folder, read_zip
from aicmo_core.modules.delivery.internal.manifest import (
    ARCHIVE,
    FORMAT,
    MANIFEST,
    Manifest,
    PackedFile,
    is_plain_path,
    read_manifest,
)

_LATER_VERSION = re.compile(r"v[1-9][0-9]*")


class PackageVerifier(PackageVerifyPort):
    """Reads a folder or a ZIP file of this machine."""

    def verify_package(self, place: str) -> PackageCheckDTO:
        path = Path(place)
        if path.is_dir():
            return _check_folder(path)
        if not path.is_file():
            raise NotFound("package at", place)
        return _check(place, read_zip(path))


def _check_folder(folder: Path) -> PackageCheckDTO:
    found = read_folder(folder)
    checked = _check_one(folder, found)
    for version in _later_versions(found.files):
        later = _check_one(folder / version, _below(found, version))
        checked = evolve(
            checked,
            files=checked.files + later.files,
            problems=(*checked.problems, *(f"{version}/: {p}" for p in later.problems)),
        )
    return checked


def _check_one(folder: Path, found: Contents) -> PackageCheckDTO:
    later = _later_versions(found.files)
    own = {p: f for p, f in found.files.items() if p.partition("/")[0] not in later}
    one = evolve(found, files=own, problems=list(found.problems))
    if ARCHIVE in own:
        one.problems += _archive_problems(folder / ARCHIVE, own)
    return _check(str(folder), one)


def _later_versions(files: Mapping[str, PackedFile]) -> list[str]:
    """Return the folders, in a package's own, that hold later versions of it."""
    folders = (path.rpartition("/")[0] for path in files if path.endswith(f"/{MANIFEST}"))
    return sorted(name for name in folders if _LATER_VERSION.fullmatch(name))


def _below(found: Contents, folder: str) -> Contents:
    inner = {
        (name := path.removeprefix(f"{folder}/")): evolve(file, path=name)
        for path, file in found.files.items()
        if path.startswith(f"{folder}/")
    }
    return Contents(inner, {MANIFEST: found.manifests[f"{folder}/{MANIFEST}"]})


def _check(place: str, found: Contents) -> PackageCheckDTO:
    problems = (*found.problems, *package_problems(found.manifests.get(MANIFEST), found.files))
    return PackageCheckDTO(place, len(found.files.keys() - {MANIFEST, ARCHIVE}), problems)


def package_problems(data: bytes | None, files: Mapping[str, PackedFile]) -> tuple[str, ...]:
    """
    Return how a package's files differ from its manifest; empty where they do not.

    Args:
        data: The manifest, as it was read.
        files: Every file of the package's folder or ZIP by name, the manifest among them.
    """
    if data is None:
        return (f"{MANIFEST} is missing",)
    try:
        manifest = read_manifest(data)
    except (InvalidValue, UnicodeDecodeError) as error:
        return (f"{MANIFEST}: {error}",)
    problems = _list_problems(manifest)
    listed = {file.path: file for file in manifest.files}
    for path, file in sorted(listed.items()):
        if is_plain_path(path):
            problems += _compare(file, files.get(path))
    for path in sorted(files.keys() - listed.keys() - {MANIFEST, ARCHIVE}):
        problems.append(f"{path} is not in {MANIFEST}")
    return tuple(problems)


def _list_problems(manifest: Manifest) -> list[str]:
    """Return what is wrong with the list itself, whatever files there are."""
    problems = []
    if manifest.format != FORMAT:
        problems.append(f"{MANIFEST} has the format {manifest.format!r}, expected {FORMAT!r}")
    paths = [file.path for file in manifest.files]
    if len(set(paths)) != len(paths):
        problems.append(f"{MANIFEST} lists a file twice")
    problems += [
        f"{MANIFEST} lists {path!r}, which is not the plain name of a file"
        for path in sorted(set(paths))
        if not is_plain_path(path)
    ]
    problems += [f"{MANIFEST} lists {path}" for path in (MANIFEST, ARCHIVE) if path in paths]
    problems += [f"{MANIFEST} lists no {name}" for name in (PAGE, *EXPECTED) if name not in paths]
    return problems


def _compare(stated: PackedFile, found: PackedFile | None) -> list[str]:
    if found is None:
        return [f"{stated.path} is missing"]
    if found.size != stated.size:
        return [f"{stated.path} has {found.size} bytes, expected {stated.size}"]
    if found.sha256 != stated.sha256:
        return [f"{stated.path} has the SHA-256 {found.sha256}, expected {stated.sha256}"]
    return []


def _archive_problems(place: Path, files: Mapping[str, PackedFile]) -> list[str]:
    """Return how the ZIP that lies in a package's folder differs from the files beside it."""
    packed = read_zip(place)
    problems = packed.problems
    for path in sorted((files.keys() | packed.files.keys()) - {ARCHIVE}):
        if packed.files.get(path) != files.get(path):
            problems.append(f"{path} in {ARCHIVE} is not the {path} beside it")
    return problems
