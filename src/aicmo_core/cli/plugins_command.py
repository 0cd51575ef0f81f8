"""`aicmo plugins`: what is installed."""

from __future__ import annotations

import click

from aicmo_core.cli import exits
from aicmo_core.cli.options import json_output
from aicmo_core.cli.output import print_json, say


@click.command(name="plugins")
@json_output
@exits.report_errors
def command(as_json: bool) -> None:
    """Show what is installed, and what was left out and why."""
    import attrs

    from aicmo_core.cli.installed import installed

    plugins = installed()
    if as_json:
        data = {"plugins": [attrs.asdict(info) for info in plugins.found]}
        print_json(data)
        return
    for info in plugins.found:
        if info.left_out is None:
            say(f"{info.origin}: {', '.join(info.offers) or 'offers nothing'}")
        else:
            say(f"{info.origin}: left out, because {info.left_out}")
