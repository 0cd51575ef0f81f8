"""Forms, names and files that are wrong: what is said about them, and that nothing is written."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scenarios.command_line import ORDER, aicmo, run
from scenarios.stores import sample

INCOMPLETE = str(sample("incomplete_bike_shop.json"))


def order(folder: Path, **changes: Any) -> str:
    """Write the sample order with *changes* to a file; return its path."""
    path = folder / "order.json"
    path.write_text(json.dumps(json.loads(Path(ORDER).read_text()) | changes))
    return str(path)


def answers(**changes: Any) -> dict[str, Any]:
    """Return the sample's answers with some changed."""
    responses: dict[str, Any] = json.loads(Path(ORDER).read_text())["responses"]
    return responses | changes


def rows(database: Path) -> dict[str, int]:
    """Return how many rows the tables have that have any, but for the applied migrations."""
    if not database.exists():
        return {}
    with closing(sqlite3.connect(database)) as connection:
        tables = [
            name
            for (name,) in connection.execute("select name from sqlite_master where type = 'table'")
        ]
        counts = {
            table: connection.execute(f"select count(*) from {table}").fetchone()[0]
            for table in tables
            if table != "alembic_version"
        }
    return {table: count for table, count in counts.items() if count}


def test_an_incomplete_brief(tmp_path: Path) -> None:
    """Every question at once, blocking and advisory, each with its answer and why; no row."""
    about = json.loads(Path(INCOMPLETE).read_text())["acceptance"]["about"]

    done = run(INCOMPLETE, folder=tmp_path)

    assert (done.code, done.out) == (2, "")
    for answer in about:
        assert answer in done.err
    assert "must be answered" in done.err
    assert "assumed until answered" in done.err
    assert rows(tmp_path / "aicmo.db") == {}
    assert not (tmp_path / "out").exists()


def test_an_incomplete_brief_as_json(tmp_path: Path) -> None:
    """The same questions as data: what blocks, the answer, why, and what is assumed."""
    done = run(INCOMPLETE, "--json", folder=tmp_path)

    found = done.json["error"]["clarifications"]
    assert done.code == 2
    assert {c["blocking"] for c in found} == {True, False}
    for one in found:
        assert one["question_id"]
        assert one["message"]
        assert (one["assumption"] is None) == one["blocking"]


def test_a_settled_brief(tmp_path: Path) -> None:
    """Discovery notes answer the blocking questions, and the run goes on."""
    data = json.loads(Path(INCOMPLETE).read_text())
    data["acceptance"] = {}
    data["responses"] |= {"platforms_avoided": [], "must_avoid": []}
    data["discovery"] = {
        "notes": "By telephone.",
        "clarifications": {
            "industry": "Bicycle repair",
            "budget": "200 € a month",
            "posts_already": "no",
        },
    }
    path = tmp_path / "settled.json"
    path.write_text(json.dumps(data))

    done = run(str(path), "--json", folder=tmp_path)

    assert done.code in (0, 3), done.err
    assert rows(tmp_path / "aicmo.db")["aicmo_runs"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "client_to_delivry", ORDER], "did you mean 'client_to_delivery'?"),
        (["rnu"], "did you mean 'run'?"),
        (["runs", "lst"], "did you mean 'list'?"),
        (["db", "chekc"], "did you mean 'check'?"),
        (["run", "client_to_delivery", ORDER, "--db", "sqllite:///x.db"], "did you mean 'sqlite'?"),
        (["run", "client_to_delivery", ORDER, "--db", "oracle:///x"], ", postgresql, sqlite"),
        (["run", "client_to_delivery", ORDER, "--out", "fil://x"], "did you mean 'file'?"),
        (["run", "client_to_delivery"], "Missing argument 'INPUT...'"),
        (["run", "client_to_delivery", ORDER, "--jsn"], "--json"),
        (["runs", "list", "--state", "done"], "'completed'"),
        (["run", "client_to_delivery", ORDER, "--db", "sqlite:///x.db?tiemout=1"], "timeout"),
    ],
)
def test_a_name_that_nobody_knows(tmp_path: Path, words: list[str], said: str) -> None:
    """The name, and the nearest that exists or all of them; code 2, and JSON if asked for."""
    done = aicmo(*words, "--json", folder=tmp_path)

    assert done.code == 2
    assert said in done.err
    assert said in done.json["error"]["message"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"pack": "quick_social_basik"}, "did you mean 'quick_social_basic'?"),
        ({"responses": answers(brand_nmae="x")}, "did you mean 'brand_name'?"),
        ({"acceptance": {"must_have_calender": True}}, "loyalty_program"),
        ({"acceptance": {"min_section": 3}}, "min_sections"),
        ({"acceptance": {"min_sections": "3"}}, "min_sections"),
        ({"acceptance": {"required_terms": "one"}}, "required_terms"),
        ({"client_id": "c" * 600}, "512 bytes"),
        ({"client_id": 7}, "$.client_id"),
        ({"acceptance": []}, "$.acceptance"),
        ({"responces": {}}, "did you mean 'responses'?"),
        ({"responses": answers(budget=2**70)}, "$.responses['budget']"),
        ({"responses": answers(industry="a\x00b")}, "$.responses['industry']"),
        ({"responses": answers(products=["x", "\ud800"])}, "$.responses['products'][1]"),
        ({"source": "\udfff"}, "$.source"),
        ({"discovery": {"call_date": "2025-05-12T09:30:00"}}, "$.discovery.call_date"),
    ],
)
def test_an_order_that_cannot_be_taken(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    """The place of what is wrong, or the nearest name; code 2, and no row is written."""
    done = run(order(tmp_path, **changes), "--json", folder=tmp_path)

    assert done.code == 2
    assert said in done.err
    assert said in json.dumps(done.json, ensure_ascii=False)
    assert rows(tmp_path / "aicmo.db") == {}
    assert not (tmp_path / "out").exists()


def test_an_unknown_kind_lists_the_kinds(tmp_path: Path) -> None:
    """All of them, so that the right one can be picked."""
    done = run(order(tmp_path, acceptance={"must_have_horoscope": True}), folder=tmp_path)

    assert done.code == 2
    for kind in ("audit", "calendar", "email_flows", "messaging", "strategy", "ugc_strategy"):
        assert kind in done.err


def test_every_acceptance_key(tmp_path: Path) -> None:
    """What an acceptance block may ask for is taken, notes included."""
    acceptance = {
        "required_terms": ["roast"],
        "forbidden_terms": ["lorem ipsum"],
        "min_brand_mentions": 1,
        "min_sections": 1,
        "min_calendar_days": 1,
        "must_have_calendar": True,
        "must_have_messaging": True,
        "expect": "completed",
        "about": ["anything"],
    }

    done = run(order(tmp_path, acceptance=acceptance), "--json", folder=tmp_path)

    assert done.code in (0, 3), done.err


def test_a_long_answer(tmp_path: Path) -> None:
    """100 kB of text are only text: the run ends as any other does."""
    story = "The harbour was cold that morning, and the roaster was warm. " * 1700

    done = run(order(tmp_path, responses=answers(description=story)), "--json", folder=tmp_path)

    assert done.code in (0, 3), done.err
    assert rows(tmp_path / "aicmo.db")["aicmo_runs"] == 1
