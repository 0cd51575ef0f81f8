"""All boundaries of one package, held at once."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from aicmo_core.checks.api import Api, check_api, read_api
from aicmo_core.checks.compatibility import COMPATIBLE, check_compatibility
from aicmo_core.checks.contract import Contract, contract_of
from aicmo_core.checks.finding import Finding
from aicmo_core.checks.imports import check_imports
from aicmo_core.checks.location import PackageUncheckable, folder_of, has_part
from aicmo_core.kernel.errors import NotFound

T = TypeVar("T")


def check_package(package: str, released: Contract | None = None) -> list[Finding]:
    """
    Return every boundary that a package does not keep.

    Its imports are read from its source. Its `api`, if it has one, and its `plugin`, if
    it has one, are imported, and so whatever these import.

    Args:
        package: The dotted name of a module's package, such as "aicmo_core.modules.qc".
        released: The contract of the last release, which users rely on.

    Raises:
        NotFound: There is no such package.
        PackageUncheckable: It is not a plugin's package, or it cannot be read or imported.
    """
    folder = folder_of(package)
    if folder is None:
        raise NotFound("package", package)
    found = _check_source(package)
    api = _api_of(package, folder)
    if api is not None:
        found += check_api(api)
    found += _check_plugin(package, folder, api)
    if released is not None:
        if api is None:
            reason = "it has no api, whose contract could be compared with the released one"
            raise PackageUncheckable(package, reason)
        found += _check_promise(released, api)
    return found


def _check_source(package: str) -> list[Finding]:
    try:
        return check_imports(package)
    except SyntaxError as error:
        reason = f"{error.filename}:{error.lineno}: {error.msg}"
        raise PackageUncheckable(package, reason) from error
    except (OSError, ValueError) as error:  # not UTF-8, or a NUL
        raise PackageUncheckable(package, f"its source cannot be read: {error}") from error


def _api_of(package: str, folder: Path) -> Api | None:
    if not has_part(folder, "api"):
        return None
    name = f"{package}.api"
    _tried(package, f"importing {name}", lambda: importlib.import_module(name))
    if has_part(folder / "api", "events"):
        events = f"{name}.events"
        _tried(package, f"importing {events}", lambda: importlib.import_module(events))
    return read_api(name)


def _check_plugin(package: str, folder: Path, api: Api | None) -> list[Finding]:
    """Compare what the plugin registers with what the api says."""
    if not has_part(folder, "plugin"):
        if api is None:
            reason = "it has neither an api nor a plugin; name the package of a module"
            raise PackageUncheckable(package, reason)
        return []
    name = f"{package}.plugin"
    plugin = _tried(package, f"importing {name}", lambda: importlib.import_module(name))
    hook = getattr(plugin, "aicmo_module", None)
    if hook is None:  # of a backend, or of workflows
        return []
    module = _tried(package, f"calling {name}.aicmo_module", hook)
    if api is None:
        return [Finding("api-names", package, "is a module and has no api; others rely on that")]
    version = getattr(module, "contract_version", None)
    if version == api.version:
        return []
    message = f"registers contract version {version!r}, and the api says {api.version!r}"
    return [Finding("contract-version", name, message)]


def _check_promise(released: Contract, api: Api) -> list[Finding]:
    try:
        current = contract_of(api)
    except (NameError, AttributeError, TypeError, SyntaxError) as error:
        message = f"cannot be compared with the release: its annotations do not resolve: {error}"
        return [Finding(COMPATIBLE, api.package, message)]
    return check_compatibility(released, current)


def _tried(package: str, what: str, work: Callable[[], T]) -> T:
    """Do what runs a stranger's code, which raises and exits as it likes."""
    try:
        return work()
    except (Exception, SystemExit) as error:
        reason = f"{what} raised {type(error).__name__}: {error}"
        raise PackageUncheckable(package, reason) from error
