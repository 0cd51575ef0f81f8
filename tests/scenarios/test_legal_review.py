"""
A module from outside: the distribution docs/examples/aicmo_legal_review, installed beside this.

A host inserts its step after quality control. Rows are counted by SQL.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import aicmo_core
from aicmo_core import App, Event, RunState, StepContext, client_to_delivery, open_app, step
from aicmo_core.checks import check_imports
from aicmo_core.checks.imports import imports_of
from aicmo_core.modules.delivery.api import DeliveryPackageDTO
from aicmo_core.runtime.plugins import load_plugins
from aicmo_core.storage import DatabaseUnmigrated
from aicmo_core.testing.databases import REQUIRE_ALL, fresh_sqlite
from aicmo_core.workflows.client_to_delivery import create_package, generate_draft
from scenarios.command_line import aicmo
from scenarios.stores import Oracle, order, sample

if importlib.util.find_spec("aicmo_legal_review") is None and os.environ.get(REQUIRE_ALL) != "1":
    how = "pip install --no-deps docs/examples/aicmo_legal_review"
    pytest.skip(f"aicmo_legal_review is not installed: {how}", allow_module_level=True)

from aicmo_legal_review.api import (
    LegalReviewFailed,
    LegalReviewPassed,
    LegalReviewQueryPort,
    LegalSeverity,
)
from aicmo_legal_review.steps import legal_review

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "aicmo_legal_review"
TABLES = ("legal_review_reviews", "legal_review_findings")
PUBLIC = ("hooks", "kernel", "storage", "modules", "workflows")
REVIEWED = client_to_delivery.insert_after("qc_evaluate", legal_review)
CURE = "Our morning roast cures headaches"
FREE = "Gratis Versand ab zwei Packungen"


class DeliveryDown(Exception):
    """Delivery failed, on purpose."""


@step(name="create_package")
def raises_after_its_write(
    context: StepContext[aicmo_core.ClientToDeliveryInput],
) -> DeliveryPackageDTO:
    create_package.run(context)
    raise DeliveryDown("after")


FAILING_LATER = REVIEWED.replace("create_package", raises_after_its_write)


def claiming(claim: str) -> aicmo_core.ClientToDeliveryInput:
    """Return a sample order whose client says *claim* of the product."""
    plain = json.loads(sample().read_text(encoding="utf-8"))
    points = [*plain["responses"]["selling_points"], claim]
    return order(responses=plain["responses"] | {"selling_points": points})


def opened(oracle: Oracle, out: Path, workflow: Any = REVIEWED) -> App:
    return open_app(oracle.backend(), artifacts=out, workflows=[workflow])


def counts(oracle: Oracle) -> list[int]:
    return [oracle.count(table) for table in TABLES]


def test_draft_without_claims_passes(oracle: Oracle, out: Path) -> None:
    """One review is kept, its event is told, and the package is made."""
    told: list[Event] = []
    with opened(oracle, out) as app:
        app.subscribe(LegalReviewPassed, told.append)

        run = app.run(REVIEWED, order())

        review = run.result(legal_review)
        with app.unit_of_work() as work:
            kept = work.port(LegalReviewQueryPort).get_review(run.result(generate_draft).draft_id)
    assert run.state is RunState.COMPLETED
    assert review.passed
    assert kept == review
    assert counts(oracle) == [1, len(review.findings)]
    assert [type(event) for event in told] == [LegalReviewPassed]


def test_what_somebody_has_to_see_to_is_kept_beside_the_draft(oracle: Oracle, out: Path) -> None:
    """A finding that is not critical lets the package be made."""
    with opened(oracle, out) as app:
        run = app.run(REVIEWED, claiming(FREE))

    assert run.state is RunState.COMPLETED
    findings = run.result(legal_review).findings
    assert {(f.rule, f.severity) for f in findings} == {("free of charge", LegalSeverity.MAJOR)}
    assert all(f.words.casefold() == "gratis" and f.source and f.reason for f in findings)
    assert counts(oracle) == [1, len(findings)]


def test_forbidden_claim_rejects_the_draft(oracle: Oracle, out: Path) -> None:
    """The run is compensated; nothing is left of it in any table, and no file."""
    told: list[Event] = []
    with opened(oracle, out) as app:
        app.subscribe(LegalReviewFailed, told.append)

        run = app.run(REVIEWED, claiming(CURE))

        audit = app.runs.audit(run.id)
    assert run.state is RunState.COMPENSATED
    assert run.failure is not None
    assert "failed legal review" in run.failure
    assert "'cures'" in run.failure
    assert [(type(e), getattr(e, "rules", ())) for e in told] == [(LegalReviewFailed, ("cure",))]
    assert audit.balanced
    assert counts(oracle) == [0, 0]
    assert oracle.orphans() == {}
    assert [p for p in out.rglob("*") if p.is_file()] == []


def test_review_that_had_passed_is_taken_back(oracle: Oracle, out: Path) -> None:
    """A later step fails: the review's row and its children go, in their turn."""
    with opened(oracle, out, FAILING_LATER) as app:
        run = app.run(FAILING_LATER, claiming(FREE))

        entries = app.runs.audit(run.id).entries
    assert run.state is RunState.COMPENSATED
    assert [e.step for e in entries if e.kind == "compensated"] == [
        "legal_review",
        "qc_evaluate",
        "generate_draft",
        "generate_strategy",
        "normalize_brief",
    ]
    assert counts(oracle) == [0, 0]
    assert oracle.orphans() == {}


def test_failing_run_leaves_an_earlier_review_alone(oracle: Oracle, out: Path) -> None:
    """Bit for bit."""
    with opened(oracle, out) as app:
        app.run(REVIEWED, claiming(FREE))
        before = [oracle.rows(table) for table in TABLES]

        app.run(REVIEWED, claiming(CURE))

    assert before[0]
    assert before[1]
    assert [oracle.rows(table) for table in TABLES] == before


def test_host_that_does_not_insert_it_reviews_nothing(oracle: Oracle, out: Path) -> None:
    """To be installed is not to be used."""
    with open_app(oracle.backend(), artifacts=out) as app:
        run = app.run(client_to_delivery, claiming(CURE))

    assert run.state is RunState.COMPLETED
    assert counts(oracle) == [0, 0]


def test_database_from_before_the_module_is_upgraded(tmp_path: Path) -> None:
    """It is not altered by opening it; the command that is named applies one migration."""
    url = fresh_sqlite(tmp_path)
    open_app(url, deny=["aicmo_legal_review"]).close()

    with pytest.raises(DatabaseUnmigrated, match="module legal_review is at nothing") as refused:
        open_app(url)
    done = aicmo(*shlex.split(refused.value.command)[1:], folder=tmp_path)

    assert done.code == 0, done.err
    assert "applied legal_review_0001: The tables of legal review." in done.out
    open_app(url).close()


def test_host_that_denies_the_module_works_on_a_database_that_has_it(tmp_path: Path) -> None:
    """Its tables are left alone, and are there for whoever loads it again."""
    url = fresh_sqlite(tmp_path)
    open_app(url, workflows=[REVIEWED], artifacts=tmp_path / "out").close()

    with open_app(url, deny=["aicmo_legal_review"], artifacts=tmp_path / "out") as app:
        run = app.run(client_to_delivery, order())

    assert run.state is RunState.COMPLETED
    open_app(url).close()


def test_tables_are_taken_back_by_command(tmp_path: Path) -> None:
    """Whoever uninstalls the module first removes what is its own, and nothing else."""
    url = fresh_sqlite(tmp_path)
    open_app(url).close()

    words = ("db", "downgrade", "base", "--module", "legal_review", "--db", url)
    done = aicmo(*words, folder=tmp_path)

    assert done.code == 0, done.err
    open_app(url, deny=["aicmo_legal_review"]).close()


def test_example_imports_nothing_private() -> None:
    """Hooks, kernel, storage, the api of other modules and the workflow are enough."""
    used = {i.target for i in imports_of("aicmo_legal_review")}
    own = {name for name in used if name.split(".")[0] == "aicmo_core"}

    assert check_imports("aicmo_legal_review") == []
    assert own
    assert {name.split(".")[1] for name in own} - set(dir(aicmo_core)) <= set(PUBLIC)
    assert not [name for name in own if any(part.startswith("_") for part in name.split("."))]


def test_example_passes_the_kit_and_its_own_tests() -> None:
    """As a stranger runs them, from its folder: the kit is joined in about 15 lines."""
    suite = EXAMPLE / "tests" / "test_legal_review_module.py"

    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=EXAMPLE,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert result.returncode == 0, result.stdout
    assert len(suite.read_text().splitlines()) <= 20


def test_plugin_is_found_by_its_entry_point() -> None:
    """Installing the distribution is all that it takes."""
    info = next(i for i in load_plugins().found if i.name == "legal_review")

    assert info.left_out is None
    assert info.offers == ["module legal_review"]
