"""`aicmo qc`: what quality control found in a draft, where, and by which rule."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from aicmo_core.cli import exits
from aicmo_core.cli.groups import NamingGroup
from aicmo_core.cli.options import database, json_output
from aicmo_core.cli.output import print_json, say
from aicmo_core.cli.stored_runs import open_existing

if TYPE_CHECKING:
    from aicmo_core.app import App
    from aicmo_core.runtime.records import JournalRecord

_TOLD = ("draft_id", "passed", "score", "threshold", "benchmark_ids", "rewritten", "issues")
"""The fields of a check that are shown, as quality control stores them."""


@click.group(name="qc", cls=NamingGroup)
def command() -> None:
    """Read what quality control found."""


@command.command(name="show")
@click.argument("id_", metavar="ID")
@database
@json_output
@exits.report_errors
def show(id_: str, url: str, as_json: bool) -> None:
    """
    Show each check of a run, or the latest check of a draft; ID is that of either.

    A run's checks are those of its journal, those of a run that was taken back too.
    """
    with open_existing(url) as app:
        checks = _checks(app, id_)
    if as_json:
        print_json({"checks": checks})
        return
    for check in checks:
        _tell(check)
    if not checks:
        say("nothing was checked")


def _checks(app: App, id_: str) -> list[dict[str, Any]]:
    from aicmo_core.kernel.errors import NotFound
    from aicmo_core.kernel.ids import DraftId
    from aicmo_core.kernel.structuring import unstructure
    from aicmo_core.modules.qc.api import QcQueryPort

    if app.runs.get(id_) is not None:
        return list(_of_journal(app.runs.audit(id_).entries))
    with app.unit_of_work() as work:
        result = work.port(QcQueryPort).get_result(DraftId(id_))
    if result is None:
        raise NotFound("run, or checked draft,", id_)
    return [_plain("", unstructure(result))]


def _of_journal(entries: tuple[JournalRecord, ...]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        if entry.kind == "completed" and entry.result is not None:
            said = json.loads(entry.result)
        elif entry.kind == "failed":
            said = ((entry.details or {}).get("details") or {}).get("details") or {}
            verdict = said.get("verdict")
            said = verdict | {"issues": said.get("findings")} if isinstance(verdict, dict) else None
        else:
            continue
        if isinstance(said, dict) and said.keys() >= set(_TOLD):
            yield _plain(entry.step, said)


def _plain(step: str, said: dict[str, Any]) -> dict[str, Any]:
    return {"step": step} | {name: said[name] for name in _TOLD}


def _tell(check: dict[str, Any]) -> None:
    verdict = "passed" if check["passed"] else "failed"
    score = f"{check['score']:g} of 100, {check['threshold']:g} are needed"
    where = f"{check['step']}: " if check["step"] else ""
    say(f"{where}draft {check['draft_id']} {verdict}: {score}")
    say(f"  rules: {', '.join(check['benchmark_ids'])}")
    if check["rewritten"]:
        say(f"  written twice: {', '.join(check['rewritten'])}")
    for issue in check["issues"]:
        section = issue["section"] or "the whole report"
        place = f", {issue['place']}" if issue["place"] else ""
        say(f"  {issue['severity']}: {section}{place}")
        say(f"    {issue['reason']} [{issue['rule']}]")
    if not check["issues"]:
        say("  nothing was found")
