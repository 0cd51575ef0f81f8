"""The plugins that a command works with: the installed ones that its caller lets in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from aicmo_core.cli.options import ALLOWED, DENIED, RULES

if TYPE_CHECKING:
    from aicmo_core.runtime.plugins import Plugins
    from aicmo_core.saga import Workflow


def installed() -> Plugins:
    """
    Load the installed plugins, as far as `--allow` and `--deny` let them in.

    A name that is not known stops everything before any plugin is imported: a misspelled
    denial would let in what was to stay out.

    Raises:
        InvalidValue: An entry is not a distribution's name, with versions or without.
        UnknownName: No distribution of this name has plugins.
        PluginClash: Two plugins claim one name or table.
        PortProvidedTwice: Two plugins provide one port, and neither gives way.
    """
    from aicmo_core.runtime.admission import admission
    from aicmo_core.runtime.plugins import OWN, OWN_NORMAL, load_plugins

    chosen = click.get_current_context().meta
    allowed: tuple[str, ...] = chosen.get(ALLOWED, ())
    denied: tuple[str, ...] = chosen.get(DENIED, ())
    if allowed or denied:
        _check_known(admission(allowed, denied).names, OWN)
    if OWN_NORMAL in admission(None, denied).names:
        raise click.UsageError(f"--deny: the plugins of {OWN} itself are always loaded")
    return load_plugins(allowed or None, denied)


def host_rules() -> dict[str, str]:
    """
    Return the files of `--rules`, by the rule set that each is about.

    Raises:
        InvalidValue: A file cannot be read, or two are about one set.
    """
    from aicmo_core.kernel.errors import InvalidValue, Problem
    from aicmo_core.runtime.rules import read_file

    files: dict[str, str] = {}
    for file in click.get_current_context().meta.get(RULES, ()):
        rules = read_file(file).rules
        if rules in files:
            found = f"expected one file for {rules}, found {files[rules]} too"
            raise InvalidValue(f"rule file {file}", (Problem("$.rules", found),))
        files[rules] = file
    return files


def workflow_named(plugins: Plugins, name: str) -> Workflow[Any]:
    """
    Return the workflow of this name.

    Raises:
        UnknownName: No plugin offers one.
    """
    from aicmo_core.kernel.errors import UnknownName

    if name not in plugins.workflows:
        raise UnknownName("workflow", name, plugins.workflows)
    return plugins.workflows[name].value  # type: ignore[no-any-return]


def _check_known(names: Iterable[str], own: str) -> None:
    from importlib.metadata import entry_points

    from aicmo_core.hooks import ENTRY_POINT_GROUP
    from aicmo_core.kernel.errors import UnknownName
    from aicmo_core.runtime.admission import normal_name

    found = [getattr(point, "dist", None) for point in entry_points(group=ENTRY_POINT_GROUP)]
    known = {own, *(one.name for one in found if one is not None)}
    normal = set(map(normal_name, known))
    for name in names:
        if name not in normal:
            raise UnknownName("distribution with plugins", name, known)
