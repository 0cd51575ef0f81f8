"""Groups of commands that name the nearest command when one is not known."""

from __future__ import annotations

import click


class NamingGroup(click.Group):
    """A group whose error for an unknown command suggests the one that was meant."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            from aicmo_core.kernel.errors import UnknownName

            ctx.fail(str(UnknownName("command", args[0], known)))
        return super().resolve_command(ctx, args)
