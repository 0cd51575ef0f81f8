"""The command group: names and one-line helps, so that `aicmo --help` loads nothing else."""

from __future__ import annotations

import importlib
from typing import Any

import click

from aicmo_core.cli.groups import NamingGroup
from aicmo_core.cli.options import document_choice, plugin_choice, rule_files

_COMMANDS = {
    "check": "Hold a package to the boundaries of a module.",
    "db": "Create, upgrade and check database tables.",
    "erase": "Erase what is kept about one person.",
    "events": "Look at events that wait for subscribers, and redrive refused ones.",
    "package": "Look at packages, wherever they were copied to.",
    "plugins": "Show what is installed, and what was left out and why.",
    "purge": "Remove runs that ended long ago, and old events.",
    "qc": "Read what quality control found in a draft, and where.",
    "recover": "Finish or compensate runs whose process is gone.",
    "rules": "Look at what modules decide by, and check changes to it.",
    "run": "Run a workflow on input files.",
    "runs": "Look at runs, and decide about them: signal, cancel, repair.",
    "start": "Write a run, for a worker to advance.",
    "sweep": "Find what faults left behind, and remove what is safe to.",
    "worker": "Advance the runs that are due, until told to stop.",
    "workflow": "Look at installed workflows, and hold runs against them.",
}


class _LazyGroup(NamingGroup):
    """Imports a command when it is called; tells wrong usage as JSON too, if that was asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"aicmo_core.cli.{cmd_name}_command")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        as_json = "--json" in args
        try:
            context = super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            _tell_usage(error, as_json)
            raise
        context.obj = as_json
        return context

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            _tell_usage(error, bool(ctx.obj))
            raise


def _tell_usage(error: click.UsageError, as_json: bool) -> None:
    if as_json and not isinstance(error, click.exceptions.NoArgsIsHelpError):
        from aicmo_core.cli.output import print_json

        print_json({"error": {"type": "UsageError", "message": error.format_message()}})


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        click.echo(f"aicmo_core {version('aicmo_core')}")
        ctx.exit()


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_version,
    help="Show the version and exit.",
)
@plugin_choice
@document_choice
@rule_files
def aicmo() -> None:
    """Run marketing workflows, and look after their runs."""
