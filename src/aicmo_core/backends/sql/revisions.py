"""
The migrations that modules ship, read without importing them.

Alembic costs a quarter of a second to import: too much for finding out that there
is nothing to do. What it would learn by running the files is in their first lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path

from attrs import frozen

from aicmo_core.storage import DeclarationError, ModuleSchema

_ASSIGNED = re.compile(r"^(revision|down_revision|branch_labels)\b[^=\n]*=([^\n]*)", re.MULTILINE)
_QUOTED = re.compile(r"""["']([^"']+)["']""")


@frozen
class Branch:
    """
    The migrations of one module.

    Attributes:
        module: Whose they are; the label of the branch.
        folder: Where the files lie.
        parents: Every revision, and those that it follows.
    """

    module: str
    folder: Path
    parents: Mapping[str, tuple[str, ...]]

    @property
    def heads(self) -> frozenset[str]:
        """The revisions that none follows: what an up-to-date database is at."""
        followed = {parent for parents in self.parents.values() for parent in parents}
        return frozenset(self.parents.keys() - followed)


def read_branches(schemas: Iterable[ModuleSchema]) -> list[Branch]:
    """
    Return the branch of each module that ships migrations.

    Raises:
        DeclarationError: A module has collections but no migrations, or there is no
            such package, or no migration in it; or its migrations do not follow one
            another from one first to one last; or two have one revision.
    """
    branches = [_read_branch(s) for s in schemas if s.collections or s.migrations]
    owners: dict[str, str] = {}
    for branch in branches:
        for revision in branch.parents:
            other = owners.setdefault(revision, branch.module)
            if other != branch.module:
                reason = (
                    f"modules {other!r} and {branch.module!r} both have a migration with "
                    f"revision {revision!r}; begin it with the module's name"
                )
                raise DeclarationError(branch.module, reason)
    return branches


def _read_branch(schema: ModuleSchema) -> Branch:
    subject = schema.collections[0].name if schema.collections else schema.module
    if schema.migrations is None:
        reason = f"module {schema.module!r} ships no migrations, which a SQL database needs"
        raise DeclarationError(subject, reason)
    folder = _folder(schema.migrations)
    if folder is None:
        reason = f"module {schema.module!r} names {schema.migrations!r}, which is no package"
        raise DeclarationError(subject, reason)
    parents: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob("[!_]*.py")):
        revision, before, labels = _read_file(path)
        if revision is None:
            reason = f"module {schema.module!r}: {path} has no line `revision = …`"
            raise DeclarationError(subject, reason)
        if revision in parents:
            reason = f"module {schema.module!r}: two migrations have revision {revision!r}"
            raise DeclarationError(subject, f"{reason}; {path} is one of them")
        if not before and schema.module not in labels:
            label = f'branch_labels = ("{schema.module}",)'
            reason = f"module {schema.module!r}: {path} is its first migration and lacks {label}"
            raise DeclarationError(subject, reason)
        parents[revision] = before
    if not parents:
        reason = f"module {schema.module!r}: there is no migration in {schema.migrations!r}"
        raise DeclarationError(subject, reason)
    branch = Branch(schema.module, folder, parents)
    _check_order(branch, subject)
    return branch


def _check_order(branch: Branch, subject: str) -> None:
    """Refuse migrations that do not lead from one first to one last."""
    for revision, before in branch.parents.items():
        for parent in before:
            if parent not in branch.parents:
                reason = f"module {branch.module!r}: {revision!r} follows {parent!r}"
                raise DeclarationError(subject, f"{reason}, which is none of its migrations")
    firsts = sorted(revision for revision, before in branch.parents.items() if not before)
    for what, ends in (("first", firsts), ("last", sorted(branch.heads))):
        if len(ends) != 1:
            found = " and ".join(map(repr, ends)) or "there is none"
            reason = f"module {branch.module!r}: its migrations have not one {what}: {found}"
            raise DeclarationError(subject, f"{reason}; let each follow another by down_revision")


def _folder(package: str) -> Path | None:
    try:
        spec = find_spec(package)
    except ModuleNotFoundError:
        return None
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def _read_file(path: Path) -> tuple[str | None, tuple[str, ...], tuple[str, ...]]:
    """Return a migration's revision, those that it follows, and its labels."""
    assigned = {
        name: tuple(_QUOTED.findall(value))
        for name, value in _ASSIGNED.findall(path.read_text(encoding="utf-8"))
    }
    revision = next(iter(assigned.get("revision", ())), None)
    return revision, assigned.get("down_revision", ()), assigned.get("branch_labels", ())
