"""
The migrations that modules ship, read without importing them.

Alembic costs a quarter of a second to import: too much for finding out that there
is nothing to do. What it would learn by running the files is in their first lines.

A revision is its module's name, an underscore, and a rest without one: `shop_0001`. So
it says itself whose it is, also where that module is not installed: what is before the
last underscore. `shop_extra_0001` is no revision of the module `shop`, whether anybody
here has heard of `shop_extra` or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path

from attrs import frozen

from aicmo_core.storage import DeclarationError, ModuleSchema

INSTALL = "install the release, or the plugin, that made it"

_ASSIGNED = re.compile(
    r"^(revision|down_revision|branch_labels|depends_on)\b[^=\n]*=\s*([(\[][^)\]]*|[^\n]*)",
    re.MULTILINE,
)
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

    def up_to(self, revisions: Iterable[str]) -> frozenset[str]:
        """Return those of *revisions* that are of this branch, and all that they follow."""
        found: set[str] = set()
        left = [revision for revision in revisions if revision in self.parents]
        while left:
            found.add(revision := left.pop())
            left += [parent for parent in self.parents[revision] if parent not in found]
        return frozenset(found)


def module_of(revision: str) -> str:
    """
    Return the module whose migration has *revision*.

    One that no migration of a module may have stands for itself: a host's own Alembic
    may keep its revisions in the same table.
    """
    return revision.rpartition("_")[0] or revision


@frozen
class Unfinished:
    """
    A step that was cut off, where each change of a table is a commit of its own.

    It is a row among the revisions, and no revision: Alembic allows no sign in one. Up
    to its underscore it reads as one of the same module, so that code which does not
    know the revision takes the database for newer, as it is.

    Attributes:
        revision: Which migration.
        is_upgrade: Whether it was being applied, or taken back.
        changes: How many changes of tables were begun. The last may not have been made.
        digest: Of their statements, to notice a migration that was edited meanwhile.
    """

    revision: str
    is_upgrade: bool
    changes: int
    digest: str

    @classmethod
    def read(cls, row: str) -> Unfinished | None:
        """Return what *row* says was cut off; None for a revision."""
        found = _UNFINISHED.fullmatch(row)
        if found is None:
            return None
        revision, sign, changes, digest = found.groups()
        return cls(revision, sign == "+", int(changes), digest)

    @property
    def row(self) -> str:
        return f"{self.revision}{'+' if self.is_upgrade else '-'}{self.changes}.{self.digest}"


_UNFINISHED = re.compile(r"(.+)([+-])(\d+)\.([0-9a-f]+)")


def revision_of(row: str) -> str:
    """Return the revision that *row* is, or a step of which it says was cut off."""
    cut = Unfinished.read(row)
    return row if cut is None else cut.revision


def later(rows: Iterable[str], branches: Iterable[Branch]) -> str:
    """
    Return in words which *rows* are later than the code of *branches*; "" if none is.

    Args:
        rows: Of modules that are declared here, with a branch or without.
    """
    known = {branch.module: branch for branch in branches}
    found: dict[str, set[str]] = {}
    for revision in map(revision_of, rows):
        branch = known.get(module_of(revision))
        if branch is None or revision not in branch.parents:
            found.setdefault(module_of(revision), set()).add(revision)
    return "; ".join(_later(module, found[module], known.get(module)) for module in sorted(found))


def _later(module: str, revisions: Iterable[str], branch: Branch | None) -> str:
    heads = ", ".join(sorted(branch.heads)) if branch else "no revision"
    at = ", ".join(sorted(revisions))
    return f"module {module} is at {at}, which this code does not know: its last is {heads}"


def read_branches(schemas: Iterable[ModuleSchema]) -> list[Branch]:
    """
    Return the branch of each module that ships migrations.

    Raises:
        DeclarationError: A module has collections but no migrations, or there is no
            such package, or no migration in it; or its migrations do not follow one
            another from one first to one last, or wait for another module's; or a
            revision does not say whose it is.
    """
    return [_read_branch(s) for s in schemas if s.collections or s.migrations]


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
        header = _read_file(path)
        if (fault := _fault(schema.module, path, header)) is not None:
            raise DeclarationError(subject, f"module {schema.module!r}: {fault}")
        if header.revision in parents:
            reason = f"module {schema.module!r}: two migrations have revision {header.revision!r}"
            raise DeclarationError(subject, f"{reason}; {path} is one of them")
        parents[header.revision] = header.follows
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


@frozen
class _Header:
    """What the first lines of a migration say, by Alembic's names; `follows` is down_revision."""

    revision: str
    follows: tuple[str, ...]
    branch_labels: tuple[str, ...]
    depends_on: tuple[str, ...]


def _read_file(path: Path) -> _Header:
    assigned = {
        name: tuple(_QUOTED.findall(value))
        for name, value in _ASSIGNED.findall(path.read_text(encoding="utf-8"))
    }
    return _Header(
        next(iter(assigned.get("revision", ())), ""),
        assigned.get("down_revision", ()),
        assigned.get("branch_labels", ()),
        assigned.get("depends_on", ()),
    )


def _fault(module: str, path: Path, header: _Header) -> str | None:
    """Return what is wrong with a migration of *module* for itself, in words."""
    revision = header.revision
    if not revision:
        return f"{path} has no line `revision = …`"
    if module_of(revision) != module or revision.endswith("_"):
        expected = f"the module's name, an underscore and a number, such as {module}_0001"
        return f"{path} has revision {revision!r}, expected {expected}"
    if not header.follows and module not in header.branch_labels:
        return f'{path} is its first migration and lacks branch_labels = ("{module}",)'
    if header.depends_on:
        # Alembic would let one row stand for both: where only the other module is
        # installed, that one's tables would seem to be missing.
        awaited = ", ".join(header.depends_on)
        return f"{path} depends on {awaited}; a module's migrations stand alone"
    return None
