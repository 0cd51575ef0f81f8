"""A client of the shipped application is erased: their answers, and all that was made of them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from click.testing import CliRunner

from aicmo_core import ClientToDeliveryInput, RunState, client_to_delivery, open_app
from aicmo_core.app import App
from aicmo_core.cli.main import aicmo
from aicmo_core.kernel import Money
from aicmo_core.kernel.ids import ClientId
from aicmo_core.modules.delivery.api import DeliveryPackageDTO, PublishExecutePort
from aicmo_core.modules.onboarding.api import ProjectSetupPort
from aicmo_core.modules.production.api import SectionRewordPort, TextTerms
from aicmo_core.modules.strategy.api import StrategyApprovePort
from aicmo_core.runtime.errors import SubjectBarred
from aicmo_core.runtime.records import SCHEMA
from aicmo_core.runtime.retention import Leftover
from aicmo_core.workflows.client_to_delivery import (
    create_package,
    generate_strategy,
    normalize_brief,
)
from scenarios.ferry import text
from scenarios.stores import TAKEN_BACK, Oracle, SqliteOracle, failing_order, order

MARK = "Quillfeather"
ANNA, BEN = ClientId(f"client-{MARK}"), ClientId("client-ben")

OF_MODULES = (*TAKEN_BACK, "onboarding_intakes", "onboarding_projects")
"""Every table of the modules, children included."""

WITHOUT_CONTENT = {"delivery_artifacts", "production_bundle_assets"}
"""Tables that refer to files by path and hash, and say nothing themselves."""


def tell(made: ClientToDeliveryInput, client: ClientId, word: str) -> ClientToDeliveryInput:
    """Return an order with a word of the client's own in the answers that are free text."""
    free = ("brand_name", "description", "primary_customer", "brand_guidelines", "primary_goal")
    answers = {k: f"{v} {word}" if k in free else v for k, v in made.responses.items()}
    source = f"a call with {word}"
    return evolve(made, client_id=client, responses=answers, source=source)


def work_for(app: App, client: ClientId, word: str, site: Path) -> list[str]:
    """Make and publish a package, and have another order fail; return both runs."""
    run = app.run(client_to_delivery, tell(order(), client, word))
    failed = app.run(client_to_delivery, tell(failing_order(), client, word))
    assert [run.state, failed.state] == [RunState.COMPLETED, RunState.COMPENSATED]
    brief, strategy = run.result(normalize_brief), run.result(generate_strategy)
    package: DeliveryPackageDTO = run.result(create_package)
    with app.unit_of_work() as work:
        work.port(ProjectSetupPort).set_up_project(brief.brief_id)
        work.port(StrategyApprovePort).approve(strategy.strategy_id, approved_by="dora")
        terms = TextTerms(Money(Decimal(0), "EUR"))
        work.port(SectionRewordPort).reword_next(package.draft_id, terms, run.id)
        publish = work.port(PublishExecutePort).publish
        publish(package.package_id, f"file://{site}", f"publish-{client.removesuffix(MARK)}")
    return [run.id, failed.id]


def rows(oracle: Oracle, *, own: bool = True) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, read without the library."""
    tables = [*OF_MODULES, *(c.name for c in SCHEMA.collections if own)]
    return {table: [text(row) for row in oracle.rows(table)] for table in tables}


def traces(oracle: Oracle, files: Path) -> set[str]:
    """Return the tables and files in which the client's own word is to be found."""
    found = {table for table, stored in rows(oracle).items() if MARK in repr(stored)}
    return found | {p.name for p in files.rglob("*") if p.is_file() and MARK in read(p)}


def read(path: Path) -> str:
    return path.read_bytes().decode(errors="replace")


def test_nothing_is_left_of_a_client(oracle: Oracle, tmp_path: Path) -> None:
    """In no table and in no file, whatever was made for them; another client keeps every bit."""
    out = tmp_path / "out"
    with open_app(oracle.backend(), artifacts=out, allow=["aicmo_core"]) as app:
        runs = work_for(app, BEN, "Ferrywater", tmp_path / "ben")
        of_ben = rows(oracle, own=False), sorted(read(p) for p in out.rglob("*.*"))
        runs += work_for(app, ANNA, MARK, tmp_path / "anna")
        before = traces(oracle, out)

        erased = app.retention.erase(ANNA, by="dora", why="asked for on paper")

        assert before >= {*OF_MODULES} - WITHOUT_CONTENT - {"tactic_assignments", "qc_issues"}
        assert before >= {"aicmo_runs", "aicmo_journal", "aicmo_outbox", "index.html", "report.md"}
        assert (erased.finished, erased.left) == (True, ())
        assert traces(oracle, out) == set()
        assert (rows(oracle, own=False), sorted(read(p) for p in out.rglob("*.*"))) == of_ben
        assert all(app.runs.audit(run).balanced for run in runs)
        assert app.retention.sweep(kinds=set(Leftover) - {Leftover.EXECUTOR}).left == 0
        with pytest.raises(SubjectBarred):
            app.run(client_to_delivery, tell(order(), ANNA, MARK))


def test_command(tmp_path: Path) -> None:
    """`aicmo erase CLIENT` erases, counts, and finds nothing the next time."""
    oracle = SqliteOracle(tmp_path)
    out = tmp_path / "out"
    with open_app(oracle.url, artifacts=out, allow=["aicmo_core"]) as app:
        work_for(app, ANNA, MARK, tmp_path / "site")
    words = ["--allow", "aicmo_core", "erase", ANNA, "--why", "on paper", "--by", "dora"]
    words += ["--db", oracle.url, "--out", str(out)]

    told = CliRunner().invoke(aicmo, words)
    again = CliRunner().invoke(aicmo, [*words, "--json"])

    assert (told.exit_code, again.exit_code) == (0, 0), told.output
    assert traces(oracle, out) == set()
    counted = json.loads(again.output)
    assert (counted["finished"], counted["left"]) == (True, [])
    assert counted["counts"]["runs"] == 2
    expected = ", ".join(f"{n} {kind}" for kind, n in sorted(counted["counts"].items()) if n)
    assert told.output == f"erased: {expected}\n"


def test_command_about_nobody(tmp_path: Path) -> None:
    """A client of whom nothing is kept is barred all the same."""
    oracle = SqliteOracle(tmp_path)
    with open_app(oracle.url, allow=["aicmo_core"]):
        pass
    words = ["--allow", "aicmo_core", "erase", BEN, "--why", "on paper", "--db", oracle.url]

    told = CliRunner().invoke(aicmo, [*words, "--out", str(tmp_path / "out")])

    assert (told.exit_code, told.output) == (0, "erased: nothing was kept\n")
    opened = open_app(oracle.url, artifacts=tmp_path / "out", allow=["aicmo_core"])
    with opened as app, pytest.raises(SubjectBarred):
        app.run(client_to_delivery, tell(order(), BEN, "word"))
