"""The files of a bundle, read back and compared with what was said of them."""

from __future__ import annotations

from hashlib import sha256

from aicmo_core.hooks import Artifacts
from aicmo_core.kernel import NotFound
from aicmo_core.modules.delivery.internal.manifest import ARCHIVE, MANIFEST, is_plain_name
from aicmo_core.modules.production.api import AssetDTO, DraftBundleDTO

PAGE = "index.html"
EXPECTED = ("report.md", "calendar.csv", "calendar.ics", "budget.svg")
"""What every bundle holds."""

_OWN = (PAGE, MANIFEST, ARCHIVE)


def read_bundle(
    bundle: DraftBundleDTO, artifacts: Artifacts
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """
    Return the bundle's files by name, and what is wrong with them, a sentence each.

    Raises:
        ArtifactUnavailable: A file cannot be read now.
    """
    files: dict[str, bytes] = {}
    problems = []
    for asset in bundle.assets:
        problem = _naming_problem(asset, files) or _read(asset, artifacts, files)
        if problem:
            problems.append(problem)
    named = {asset.name for asset in bundle.assets}
    problems += [f"the bundle has no {name}" for name in EXPECTED if name not in named]
    return files, tuple(problems)


def _naming_problem(asset: AssetDTO, files: dict[str, bytes]) -> str | None:
    """A name becomes a place in a ZIP and in a client's folder: it must be a plain one."""
    if not is_plain_name(asset.name):
        return f"the bundle names a file {asset.name!r}, which is no plain file name"
    if asset.name in files or asset.name in _OWN:
        return f"the bundle names a second {asset.name}"
    return None


def _read(asset: AssetDTO, artifacts: Artifacts, files: dict[str, bytes]) -> str | None:
    try:
        data = artifacts.get(asset.url)
    except NotFound:
        return f"{asset.name} is not in the artifact store"
    if len(data) != asset.size or sha256(data).hexdigest() != asset.sha256:
        return f"{asset.name} is not the file that was assembled: its size or hash differs"
    files[asset.name] = data
    return None
