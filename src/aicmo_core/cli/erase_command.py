"""`aicmo erase`: what is kept about one person goes."""

from __future__ import annotations

import sys
from getpass import getuser

import click

from aicmo_core.cli import exits
from aicmo_core.cli.options import database, json_output, out
from aicmo_core.cli.output import print_json, say


@click.command(name="erase")
@click.argument("subject")
@click.option("--why", required=True, metavar="TEXT", help="The reason, which is kept.")
@click.option("--by", default=getuser, metavar="NAME", help="Who decided; this user, if left out.")
@database
@out
@json_output
@exits.report_errors
def command(subject: str, why: str, by: str, url: str, out: str, as_json: bool) -> None:
    """
    Erase what is kept about SUBJECT, for good, and take no more runs about them.

    Call it again if it was interrupted: it goes on. Exit code 4: a run about them could not
    be ended, and nothing but the bar was done.
    """
    from aicmo_core.app import open_app
    from aicmo_core.cli.installed import host_rules, installed
    from aicmo_core.cli.remedies import require_database

    require_database(url)
    with open_app(url, artifacts=out, plugins=installed(), rules=host_rules()) as app:
        erased = app.retention.erase(subject, by=by, why=why)
    left = [{"run_id": one.run_id, "reason": one.reason} for one in erased.left]
    if as_json:
        print_json({"finished": erased.finished, "counts": dict(erased.counts), "left": left})
    else:
        for alone in left:
            say(f"run {alone['run_id']} could not be ended: {alone['reason']}", err=True)
        counted = ", ".join(f"{n} {kind}" for kind, n in sorted(erased.counts.items()) if n)
        say(f"{'erased' if erased.finished else 'barred'}: {counted or 'nothing was kept'}")
    if left:
        sys.exit(exits.PARKED)
