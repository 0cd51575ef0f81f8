"""The formats of documents that a command makes: the chosen ones, or PDF where it can be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from aicmo_core.cli.options import DOCUMENTS
from aicmo_core.cli.output import say

if TYPE_CHECKING:
    from aicmo_core.hooks import DocumentRenderer
    from aicmo_core.runtime.plugins import Plugins

NONE = "none"
"""What is chosen by whoever wants no other format than HTML."""


def chosen_documents(plugins: Plugins, *, told: bool = True) -> list[DocumentRenderer]:
    """
    Return what makes the documents that `--documents` names.

    Without it this is PDF. If that cannot be made here, nothing fails.

    Args:
        told: Whether to say so.

    Raises:
        UnknownName: No plugin offers a format of this name.
        DocumentUnavailable: What a named format needs is not installed.
    """
    from aicmo_core.app import open_renderer
    from aicmo_core.hooks import DocumentUnavailable

    named: tuple[str, ...] = click.get_current_context().meta.get(DOCUMENTS, ())
    if named == (NONE,):
        return []
    if named:
        return [open_renderer(name, plugins) for name in dict.fromkeys(named)]
    try:
        return [open_renderer("pdf", plugins)]
    except DocumentUnavailable as error:
        if told:
            say(f"packages have no report.pdf: {error.reason}", err=True)
        return []
