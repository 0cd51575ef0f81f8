"""Where a package lies: installed, or a folder that is not. Finding it imports nothing."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from attrs import define, frozen

from aicmo_core.kernel.errors import AicmoError, NotFound


@define
class PackageUncheckable(AicmoError):
    """
    A package cannot be checked, because it cannot be read or imported. Nothing was judged.

    Mend what the reason names. What a package imports has to be installed beside it.
    """

    package: str
    reason: str

    def __str__(self) -> str:
        return f"package {self.package!r} cannot be checked: {self.reason}"


@frozen
class Location:
    """
    A package that was found.

    Attributes:
        package: Its dotted name.
        folder: Its folder.
        root: The folder that has to be on the path to import it; None if it can be already.
    """

    package: str
    folder: Path
    root: Path | None = None

    @contextmanager
    def importable(self) -> Iterator[None]:
        """
        Let the package be imported within the block.

        Raises:
            PackageUncheckable: Another package of its name would be imported instead.
        """
        added = [] if self.root is None else [str(self.root)]
        sys.path[:0] = added
        importlib.invalidate_caches()
        try:
            found = folder_of(self.package)
            if found is None or not found.samefile(self.folder):
                reason = f"another package of this name is imported before it: {found}"
                raise PackageUncheckable(self.package, reason)
            yield
        finally:
            for one in added:
                sys.path.remove(one)


def locate(text: str) -> Location:
    """
    Return the package that *text* names: a dotted name, or the path of a folder.

    The folder of a distribution stands for the one package in it, or in its `src`.

    Raises:
        NotFound: There is none.
        PackageUncheckable: The folder is no package.
    """
    path = Path(text)
    is_folder = text != "" and "\0" not in text and path.is_dir()
    is_path = os.sep in text or (os.altsep or os.sep) in text or text in (".", "..")
    folder = None if is_path else folder_of(text)
    if folder is not None and not (is_folder and folder.samefile(path)):
        return Location(text, folder)
    if is_folder:
        return _of_folder(text, path.resolve())
    raise NotFound("package", text)


def folder_of(package: str) -> Path | None:
    """Return the folder of a package that can be imported, without importing it; None if none."""
    top, *rest = package.split(".")
    if not all(part.isidentifier() for part in (top, *rest)):
        return None
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return None
    places = (spec.submodule_search_locations if spec is not None else None) or ()
    folders = (Path(place).joinpath(*rest) for place in places)
    return next((folder for folder in folders if folder.is_dir()), None)


def has_part(folder: Path, name: str) -> bool:
    """Return whether a package has a module or a package of this name in it."""
    return (folder / name).is_dir() or (folder / f"{name}.py").is_file()


def _of_folder(text: str, folder: Path) -> Location:
    if not _is_package(folder):
        inside = folder / "src" if (folder / "src").is_dir() else folder
        inner = sorted(one for one in inside.iterdir() if _is_package(one))
        if len(inner) == 1:
            return _of_folder(text, inner[0])
        names = ", ".join(str(one.relative_to(folder)) for one in inner)
        hint = f"; name one of the packages in it: {names}" if names else ""
        raise PackageUncheckable(text, f"its folder has no __init__.py{hint}")
    parts, root = [folder.name], folder.parent
    while _is_package(root):
        parts, root = [root.name, *parts], root.parent
    if wrong := next((part for part in parts if not part.isidentifier()), None):
        raise PackageUncheckable(text, f"its folder is named {wrong!r}, which cannot be imported")
    return Location(".".join(parts), folder, root)


def _is_package(folder: Path) -> bool:
    return (folder / "__init__.py").is_file()
