"""
What a module imports, read from its source: nothing is imported to find out.

Whatever stands in the source counts: imports inside functions and for type checkers
only, and `import_module` of a text that is written there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from attrs import frozen

from aicmo_core.checks.finding import Finding
from aicmo_core.checks.location import folder_of, has_part

_LIBRARY = "aicmo_core"
_BELOW = {"runtime", "backends", "providers"}
_PRIVATE = {"internal", "plugin"}


@frozen
class Import:
    """
    One name that a file imports.

    Attributes:
        target: The module, and the name in it if there is one, with dots.
        place: File and line.
        file: The dotted name of the importing module.
    """

    target: str
    place: str
    file: str

    @property
    def key(self) -> str:
        """Who imports what, wherever in the file it stands."""
        return f"{self.file}: {self.target}"


def check_imports(package: str) -> list[Finding]:
    """
    Return what *package* imports although it may not.

    The internals and the plugin of another module; the library's runtime, backends and
    providers; anything of the library whose name begins with an underscore; and, in the
    package's own `api`, its internals and its plugin.

    Args:
        package: The dotted name of a module's package, such as "aicmo_core.modules.qc".

    Raises:
        ModuleNotFoundError: There is no such package.
    """
    found = []
    for one in imports_of(package):
        found += list(_judge(one, package))
    return found


def _judge(one: Import, package: str) -> Iterator[Finding]:
    parts = one.target.split(".")
    inside = _is_in(one.target, package)
    if not inside:
        owner = _module_of(parts)
        if owner is not None:
            message = f"imports {one.target}; ask a port of {owner}.api for what is needed"
            yield Finding("foreign-internal", one.place, message, one.key)
    if parts[0] == _LIBRARY and len(parts) > 1 and not inside:
        if parts[1] in _BELOW:
            message = (
                f"imports {one.target}; a module knows kernel, storage, saga, documents, hooks "
                "and the api of other modules, and asks its scope for everything else"
            )
            yield Finding("below-the-hooks", one.place, message, one.key)
        private = next((part for part in parts[1:] if _is_private(part)), None)
        if private is not None:
            message = f"imports {one.target}, whose {private} is private to the library"
            yield Finding("private-name", one.place, message, one.key)
    if inside and _is_in(one.file, f"{package}.api"):
        rest = parts[len(package.split(".")) :]
        if rest and rest[0] in _PRIVATE:
            message = f"imports {one.target}; what the api hands out is declared in the api"
            yield Finding("api-knows-internals", one.place, message, one.key)


def _is_private(part: str) -> bool:
    return part.startswith("_") and not (part.startswith("__") and part.endswith("__"))


def _module_of(parts: list[str]) -> str | None:
    """Return the module whose private part is named, or None if none is."""
    for at, part in enumerate(parts):
        if at and part in _PRIVATE and _has_api(parts[:at]):
            return ".".join(parts[:at])
    return None


def _has_api(parts: list[str]) -> bool:
    """Return whether there is an `api` in the package: then it is a module's."""
    folder = folder_of(".".join(parts))
    return folder is not None and has_part(folder, "api")


def imports_of(package: str) -> Iterator[Import]:
    """
    Yield every name that the files of *package* import, in the order of files and lines.

    Raises:
        ModuleNotFoundError: There is no such package.
    """
    folder = folder_of(package)
    if folder is None:
        raise ModuleNotFoundError(f"there is no package {package!r}", name=package)
    for path in sorted(folder.rglob("*.py")):
        parts = [*package.split("."), *path.relative_to(folder).with_suffix("").parts]
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        parent = name if is_package else name.rpartition(".")[0]
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        for node in ast.walk(tree):
            for target in _targets(node, parent):
                yield Import(target, f"{path}:{getattr(node, 'lineno', 0)}", name)


def _targets(node: ast.AST, parent: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            above = parent.split(".")[: len(parent.split(".")) - node.level + 1]
            base = ".".join([*above, *([base] if base else [])])
        yield from (f"{base}.{alias.name}" if alias.name != "*" else base for alias in node.names)
    elif isinstance(node, ast.Call) and _called(node) in ("import_module", "__import__"):
        first = node.args[0] if node.args else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _is_in(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")
