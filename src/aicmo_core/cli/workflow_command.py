"""`aicmo workflow`: the definitions that are installed."""

from __future__ import annotations

import click

from aicmo_core.cli import exits
from aicmo_core.cli.groups import NamingGroup
from aicmo_core.cli.output import say


@click.group(name="workflow", cls=NamingGroup)
def command() -> None:
    """Look at the workflows that are installed."""


@command.command(name="show")
@click.argument("name")
@click.option("--mermaid", is_flag=True, help="Print a Mermaid flowchart.")
@exits.report_errors
def show(name: str, mermaid: bool) -> None:
    """Show the steps of the workflow NAME, and how each is taken back."""
    from aicmo_core.cli.installed import installed
    from aicmo_core.kernel.errors import UnknownName
    from aicmo_core.saga.drawing import to_mermaid, to_text

    workflows = installed().workflows
    if name not in workflows:
        raise UnknownName("workflow", name, workflows)
    workflow = workflows[name].value
    say(to_mermaid(workflow) if mermaid else to_text(workflow))
