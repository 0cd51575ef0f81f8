"""`aicmo rules`, and the option by which every command decides by changed rules."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from aicmo_core.cli import exits
from aicmo_core.cli.main import aicmo

TENTH = {"value": 10, "because": "we buy nothing below a tenth"}
BUDGET = {"rules": "strategy.budget", "version": "acme-3", "least_share": TENTH}


@pytest.fixture
def house(tmp_path: Path) -> str:
    """A file with a host's change."""
    file = tmp_path / "budget.json"
    file.write_text(json.dumps(BUDGET))
    return str(file)


def call(*words: str, **environment: str) -> Result:
    return CliRunner().invoke(aicmo, words, env=environment)


def plain(done: Result) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(done.stdout)
    return data


def test_every_set_is_listed_with_its_version_and_origin(house: str) -> None:
    """What is shipped, and what a file has changed."""
    listed = call("--allow", "aicmo_core", "--rules", house, "rules", "list", "--json")

    found = {one["rules"]: one for one in plain(listed)["rules"]}
    assert found["strategy.channels"]["origins"] == ["shipped"]
    assert found["strategy.budget"]["version"] == "1+acme-3"
    assert found["strategy.budget"]["origins"] == ["shipped", f"rule file {house}"]
    told = call("--allow", "aicmo_core", "rules", "list").stdout.splitlines()
    assert len(told) == len(found)
    assert told == sorted(told)


def test_each_number_is_shown_with_its_reason(house: str) -> None:
    """As it is in force; the whole content as JSON."""
    told = call("rules", "show", "strategy.budget", AICMO_RULES=house)
    whole = call("rules", "show", "strategy.budget", "--json", AICMO_RULES=house)

    assert "  $.least_share.value = 10: we buy nothing below a tenth\n" in told.stdout
    assert plain(whole)["content"]["least_share"] == TENTH


def test_check_says_what_would_change(house: str) -> None:
    """And that it can be used."""
    told, as_json = call("rules", "check", house), call("rules", "check", house, "--json")

    assert told.exit_code == exits.COMPLETED
    assert told.stdout.splitlines()[1:] == [
        "  sets least_share",
        "  $.least_share.value: 5 becomes 10",
    ]
    assert plain(as_json)["numbers"] == [{"path": "$.least_share.value", "before": 5, "after": 10}]


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "unknown set": ({"rules": "strategy.budgt"}, "did you mean 'strategy.budget'?"),
    "no name": ({"rules": None}, "$.rules: expected the name of a rule set, found nothing"),
    "wrong type": ({"least_share": {"value": "x", "because": "y"}}, "$.least_share.value"),
    "out of bounds": ({"least_share": {"value": 99, "because": "y"}}, "from 0 to 50, found 99"),
}


@pytest.mark.parametrize("case", BAD)
def test_file_that_cannot_be_used_is_refused(tmp_path: Path, case: str) -> None:
    """Each wrong place is told; nothing but the code says so in a script."""
    change, message = BAD[case]
    file = tmp_path / "bad.json"
    file.write_text(json.dumps({**BUDGET, **change}))

    done = call("rules", "check", str(file))

    assert done.exit_code == exits.REFUSED
    assert message in done.stderr


def test_files_that_are_missing_unknown_or_about_one_set_are_refused(house: str) -> None:
    """Before any command does anything."""
    twice = call("--rules", house, "--rules", house, "rules", "list")
    absent = call("--rules", "absent.json", "rules", "list")
    unknown = call("rules", "show", "strategy.bugdet")

    assert [done.exit_code for done in (twice, absent, unknown)] == [exits.REFUSED] * 3
    assert "expected one file for strategy.budget" in twice.stderr
    assert "No such file" in absent.stderr
    assert "did you mean 'strategy.budget'" in unknown.stderr


ORDER = {
    "client_id": "bakery",
    "pack": "quick_social_basic",
    "responses": {
        "brand_name": "Bäckerei Möhrle",
        "industry": "Bakery",
        "description": "Sourdough bread and pretzels since 1911",
        "primary_customer": "Office workers and families nearby",
        "primary_goal": "Sell 200 more pretzels a week in 90 days",
        "products": ["Pretzels", "Sourdough loaves"],
    },
}


def test_run_is_planned_by_the_files_rules_and_says_so(tmp_path: Path, house: str) -> None:
    """No channel gets less than the host's least share; later, the rules are not those any more."""
    form, out, url = tmp_path / "order.json", tmp_path / "out", f"sqlite:///{tmp_path}/a.db"
    form.write_text(json.dumps(ORDER))
    even = {"value": 30, "because": "nearly even"}
    few = {"value": 3, "because": "three are few"}
    Path(house).write_text(json.dumps({**BUDGET, "least_share": even, "many_channels": few}))
    run = ("run", "client_to_delivery", str(form), "--db", url, "--out", str(out), "--json")
    assert call("db", "upgrade", "--db", url).exit_code == exits.COMPLETED

    done = call("--rules", house, *run)

    assert done.exit_code == exits.COMPLETED, done.stderr
    (chart,) = out.rglob("budget.svg")
    shares = [int(share) for share in re.findall(r">(\d+)%", chart.read_text("utf-8"))]
    assert len(shares) == 3
    assert min(shares) >= 30
    used = ("rules", "used", plain(done)["run_id"], "--db", url, "--json")
    by_name = {one["rules"]: one for one in plain(call(*used))["used"]}
    assert by_name["strategy.budget"]["step"] == "generate_strategy"
    assert by_name["strategy.budget"]["version"] == "1+acme-3"
    assert by_name["qc.house"]["step"] == "qc_evaluate"
    assert [n for n, one in by_name.items() if not one["in_force"]] == ["strategy.budget"]
    told = call("--rules", house, *used[:-1]).stdout
    assert "generate_strategy: strategy.budget 1+acme-3" in told
    assert "not in force" not in told
