"""`aicmo package`: what a client received, compared with its manifest."""

from __future__ import annotations

import sys

import click

from aicmo_core.cli import exits
from aicmo_core.cli.groups import NamingGroup
from aicmo_core.cli.options import json_output
from aicmo_core.cli.output import print_json, say


@click.group(name="package", cls=NamingGroup)
def command() -> None:
    """Look at packages, wherever they were copied to."""


@command.command(name="verify")
@click.argument("place", metavar="PATH")
@json_output
@exits.report_errors
def verify(place: str, as_json: bool) -> None:
    """
    Compare a package, a folder or a ZIP file, with its manifest, file by file.

    Exit codes: 0 every file is as it was packed, 1 one is not, 2 there is no such package.
    """
    from aicmo_core.app import open_app
    from aicmo_core.cli.installed import host_rules, installed
    from aicmo_core.modules.delivery.api import PackageVerifyPort

    with (
        open_app("memory:", plugins=installed(), rules=host_rules()) as app,
        app.unit_of_work() as work,
    ):
        found = work.port(PackageVerifyPort).verify_package(place)
    if as_json:
        print_json({"place": found.place, "files": found.files, "problems": list(found.problems)})
    else:
        say(f"{found.place}: {found.files} files, {'intact' if found.intact else 'not intact'}")
        for problem in found.problems:
            say(f"  {problem}")
    if not found.intact:
        sys.exit(exits.UNEXPECTED)
