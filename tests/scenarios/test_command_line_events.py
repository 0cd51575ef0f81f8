"""`aicmo events`: what waits for durable subscribers, and decisions about what they refused."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from textwrap import dedent

import pytest

from aicmo_core import RetryPolicy
from scenarios.command_line import aicmo
from scenarios.events_post import Posted, PostOffice, Reader, post
from scenarios.stores import SqliteOracle

_PLUGIN = '''
    """The post office, with a subscriber that takes everything."""

    from aicmo_core.hooks import hookimpl
    from scenarios.events_post import POST, Posted, Reader


    @hookimpl
    def aicmo_module():
        return POST


    @hookimpl
    def aicmo_subscribers():
        return [Reader("reader", Posted).subscriber]
'''


@pytest.fixture
def site(tmp_path: Path) -> str:
    """A folder on the path whose plugin brings the post office and its reader."""
    folder = tmp_path / "site"
    info = folder / "post_office-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "post_office.py").write_text(dedent(_PLUGIN))
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: post-office\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[aicmo_core]\npost_office = post_office\n")
    tests = Path(__file__).parent.parent
    return os.pathsep.join([str(folder), str(tests), os.environ.get("PYTHONPATH", "")])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose database has a dead letter, with one more event behind it."""
    oracle = SqliteOracle(tmp_path)
    office = PostOffice(oracle)
    reader = Reader("reader", Posted, retry=RetryPolicy())
    reader.refuses = 1
    with office.open([reader.subscriber]) as app:
        post(app, "b")
        post(app, "b")
    shutil.move(oracle.path, tmp_path / "aicmo.db")
    return tmp_path


def events(*words: str, folder: Path, site: str) -> dict[str, object]:
    done = aicmo("events", *words, "--json", folder=folder, PYTHONPATH=site)
    assert done.code == 0, done.err
    return done.json


def test_looking_at_a_dead_letter(folder: Path, site: str) -> None:
    """It is listed with its reason, and shown with what waits behind it."""
    upgraded = aicmo("db", "upgrade", folder=folder, PYTHONPATH=site)
    listed = events("list", folder=folder, site=site)
    shown = events("show", "reader", "post_boxes", "b", folder=folder, site=site)
    lines = aicmo("events", "list", folder=folder, PYTHONPATH=site).out

    assert upgraded.code == 0
    assert isinstance(listed["backlogs"], list)
    (backlog,) = listed["backlogs"]
    assert (backlog["subscriber"], backlog["state"], backlog["waiting"]) == ("reader", "dead", 2)
    assert shown["backlog"] == backlog
    assert isinstance(shown["events"], list)
    assert [event["n"] for event in shown["events"]] == [1, 2]
    assert [event["payload"]["box_id"] for event in shown["events"]] == ["b", "b"]
    assert lines == "reader  dead      post_boxes[b]  2 waiting  RuntimeError: not today\n"


def test_redriving_a_dead_letter(folder: Path, site: str) -> None:
    """The subscriber of an installed plugin takes it at once, and what waits behind it."""
    aicmo("db", "upgrade", folder=folder, PYTHONPATH=site)
    words = ("redrive", "reader", "post_boxes", "b", "--why", "mended", "--by", "ann")

    told = events(*words, folder=folder, site=site)
    again = aicmo("events", *words, "--json", folder=folder, PYTHONPATH=site)

    assert (told["state"], told["waiting"], told["decided_by"]) == ("idle", 0, "ann")
    assert (again.code, again.json["error"]["type"]) == (2, "NothingRefused")
    assert events("list", folder=folder, site=site)["backlogs"] == []


def test_giving_a_dead_letter_up(folder: Path, site: str) -> None:
    """The one behind it is taken; who decided and why can be looked up."""
    aicmo("db", "upgrade", folder=folder, PYTHONPATH=site)
    words = ("give-up", "reader", "post_boxes", "b", "--why", "of no use", "--by", "ann")

    told = events(*words, folder=folder, site=site)

    assert (told["state"], told["waiting"]) == ("idle", 0)
    listed = events("list", "--state", "given_up", folder=folder, site=site)
    assert isinstance(listed["backlogs"], list)
    (kept,) = listed["backlogs"]
    assert (kept["alone"], kept["decided_by"], kept["decided_why"]) == (1, "ann", "of no use")


def test_a_backlog_that_is_not_there(folder: Path, site: str) -> None:
    """Wrong usage: nothing was written."""
    aicmo("db", "upgrade", folder=folder, PYTHONPATH=site)

    done = aicmo("events", "show", "reader", "post_boxes", "x", folder=folder, PYTHONPATH=site)

    assert (done.code, done.out) == (2, "")
    assert "post_boxes[x]" in done.err
