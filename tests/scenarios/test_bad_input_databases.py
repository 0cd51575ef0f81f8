"""
Databases that cannot be used: which trouble it is, and the command that mends it.

Where a command can mend it, it is run, and then the order is.
"""

from __future__ import annotations

import os
import resource
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from aicmo_core.testing.databases import fresh_postgres
from scenarios.command_line import COMMAND, ORDER, Done, aicmo, environment, run


def mending(done: Done) -> list[str]:
    """Return the words of the command that *done* names."""
    lines = [line for line in done.err.splitlines() if "run: " in line]
    return shlex.split(lines[-1].partition("run: ")[2])


def mend(done: Done, folder: Path) -> Done:
    """Run the command that *done* names, which is one of aicmo's."""
    program, *words = mending(done)
    assert program == "aicmo"
    return aicmo(*words, folder=folder)


def count(database: Path, table: str) -> int:
    with closing(sqlite3.connect(database)) as connection:
        number: int = connection.execute(f"select count(*) from {table}").fetchone()[0]
    return number


def test_a_locked_file(tmp_path: Path) -> None:
    """Says so, after the time that the address allows, and who to look for."""
    aicmo("db", "upgrade", folder=tmp_path)
    url = "sqlite:///aicmo.db?timeout=0.05"
    holder = sqlite3.connect(tmp_path / "aicmo.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    locked = run(ORDER, "--key", "k", "--db", url, "--json", folder=tmp_path)

    holder.execute("ROLLBACK")
    holder.close()
    assert locked.code == 1
    assert locked.json["error"]["type"] == "DatabaseLocked"
    assert "is locked" in locked.err
    assert mending(locked) == ["fuser", "-v", "aicmo.db"]
    assert count(tmp_path / "aicmo.db", "onboarding_intakes") == 0
    assert run(ORDER, "--key", "k", "--db", url, folder=tmp_path).code == 0


def test_a_missing_folder(tmp_path: Path) -> None:
    """Is named, with the command that makes it."""
    url = f"sqlite:///{tmp_path}/no/such folder/aicmo.db"

    done = run(ORDER, "--db", url, folder=tmp_path)

    assert done.code == 1
    assert "does not exist" in done.err
    assert mending(done) == ["mkdir", "-p", f"{tmp_path}/no/such folder"]
    subprocess.run(mending(done), check=True)
    assert run(ORDER, "--db", url, folder=tmp_path).code == 0


def test_a_missing_file(tmp_path: Path) -> None:
    """Where a command only looks, it is not made; the command that makes it is named."""
    done = aicmo("runs", "list", folder=tmp_path)

    assert done.code == 1
    assert list(tmp_path.iterdir()) == []
    assert mend(done, tmp_path).code == 0
    assert aicmo("runs", "list", folder=tmp_path).code == 0


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    """Is not available, with the command that shows it."""
    (tmp_path / "aicmo.db").mkdir()

    done = run(ORDER, folder=tmp_path)

    assert done.code == 1
    assert "not available" in done.err
    assert mending(done) == ["ls", "-ld", "aicmo.db", "."]


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """Says so, and leaves it as it is."""
    (tmp_path / "aicmo.db").write_text("a shopping list\n" * 100)

    done = run(ORDER, folder=tmp_path)

    assert done.code == 1
    assert "not a database" in done.err
    assert (tmp_path / "aicmo.db").read_text() == "a shopping list\n" * 100


def test_a_database_opened_read_only(tmp_path: Path) -> None:
    """Runs can be looked at; a new one is refused, and which trouble it is."""
    run_id = run(ORDER, "--json", folder=tmp_path).json["run_id"]

    refused = run(ORDER, "--db", "sqlite:///aicmo.db?mode=ro", "--json", folder=tmp_path)

    shown = aicmo("runs", "show", run_id, "--db", "sqlite:///aicmo.db?mode=ro", folder=tmp_path)
    assert refused.code == 1
    assert refused.json["error"]["type"] == "DatabaseReadOnly"
    assert shown.code == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own, which can be full or read-only for everybody, root included."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no disk of its own can be mounted here: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_read_only_disk(disk: Path) -> None:
    """Says so and names the file's and the folder's rights; it works when they are given."""
    run(ORDER, folder=disk)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)

    done = run(ORDER, "--json", folder=disk)

    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    assert done.code == 1
    assert done.json["error"]["type"] == "DatabaseReadOnly"
    assert mending(done) == ["chmod", "u+w", "aicmo.db", "."]
    assert run(ORDER, folder=disk).code == 0


@pytest.mark.parametrize("free", [16, 128, 320])
def test_a_full_disk(disk: Path, free: int) -> None:
    """A typed error, no half step; with room again the same key ends the run, once."""
    aicmo("db", "upgrade", folder=disk)
    ballast = disk / "ballast"
    room = os.statvfs(disk)
    ballast.write_bytes(b"x" * (room.f_bavail * room.f_bsize - free * 1024))

    full = run(ORDER, "--key", "k", "--json", folder=disk)

    ballast.unlink()
    assert full.code in (1, 3)
    if full.code == 1:
        assert full.json["error"]["type"] == "DatabaseFull"
        assert mending(full) == ["df", "-h", "."]
    else:  # the disk of the files was full, and the rows could still be taken back
        assert "disk is full" in full.json["failure"]
    again = run(ORDER, "--key", "k", "--json", folder=disk)
    assert again.code == (0 if full.code == 1 else 3)
    steps = aicmo("runs", "audit", again.json["run_id"], "--json", folder=disk).json
    assert steps["balanced"] is True
    completed = [e["step"] for e in steps["journal"] if e["kind"] == "completed"]
    assert len(completed) == len(set(completed))
    assert count(disk / "aicmo.db", "aicmo_runs") == 1
    assert count(disk / "aicmo.db", "onboarding_intakes") == 1
    if again.code == 3:
        assert count(disk / "aicmo.db", "delivery_packages") == 0
        assert not (disk / "out").exists() or not any((disk / "out").iterdir())


def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    """A quota on the size of files: a typed error; without it the same key ends the run, once."""
    aicmo("db", "upgrade", folder=tmp_path)
    size = (tmp_path / "aicmo.db").stat().st_size

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size // 2, size // 2))

    limited = subprocess.run(
        [*COMMAND, "run", "client_to_delivery", ORDER, "--key", "k"],
        cwd=tmp_path,
        env=environment(),
        preexec_fn=limit,
        capture_output=True,
        check=False,
    )

    again = run(ORDER, "--key", "k", "--json", folder=tmp_path)
    assert limited.returncode in (1, 3), limited.stderr
    assert b"Traceback" not in limited.stderr
    assert again.code == (0 if limited.returncode == 1 else 3)
    assert count(tmp_path / "aicmo.db", "aicmo_runs") == 1
    assert count(tmp_path / "aicmo.db", "onboarding_intakes") == 1


def older(url: str) -> None:
    """Make the tables of one module those of no release: as if they had not been made yet."""
    program = (
        "import sys\n"
        "from aicmo_core.app import open_backend, schemas\n"
        "from aicmo_core.runtime.plugins import load_plugins\n"
        "plugins = load_plugins()\n"
        "with open_backend(sys.argv[1], plugins) as backend:\n"
        "    backend.prepare(schemas(plugins.module_list()))\n"
        "    backend.downgrade('qc')\n"
    )
    subprocess.run([sys.executable, "-c", program, url], env=environment(), check=True)


def newer(url: str) -> None:
    """Note a migration that this code does not have."""
    statement = "insert into alembic_version (version_num) values ('qc_9999')"
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute(statement)
            connection.commit()
        return
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        server.execute(statement)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with all tables."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/agency.db"
        assert aicmo("db", "upgrade", "--db", address, folder=tmp_path).code == 0
        yield address
        return
    with fresh_postgres() as address:
        assert aicmo("db", "upgrade", "--db", address, folder=tmp_path).code == 0
        yield address


def test_current_tables(url: str, tmp_path: Path) -> None:
    """Checking says so and changes nothing; upgrading again does nothing."""
    checked = aicmo("db", "check", "--db", url, "--json", folder=tmp_path)
    upgraded = aicmo("db", "upgrade", "--db", url, "--json", folder=tmp_path)

    assert checked.code == 0
    assert checked.json == {
        "status": "current",
        "detail": "",
        "command": "",
        "differences": [],
        "not_installed": [],
    }
    assert upgraded.json == {"applied": []}


def test_older_tables(url: str, tmp_path: Path) -> None:
    """Are refused, with the module; the command that is named mends them."""
    older(url)

    done = run(ORDER, "--db", url, folder=tmp_path)
    checked = aicmo("db", "check", "--db", url, "--json", folder=tmp_path)

    assert done.code == 1
    assert "is not migrated" in done.err
    assert "qc" in done.err
    assert (checked.code, checked.json["status"]) == (1, "older")
    assert mend(done, tmp_path).code == 0
    assert run(ORDER, "--db", url, folder=tmp_path).code == 0


def test_newer_tables(url: str, tmp_path: Path) -> None:
    """Are refused, with the revision, and neither run nor upgrade changes them."""
    newer(url)

    done = run(ORDER, "--db", url, "--json", folder=tmp_path)
    checked = aicmo("db", "check", "--db", url, "--json", folder=tmp_path)
    upgraded = aicmo("db", "upgrade", "--db", url, folder=tmp_path)

    assert done.code == 1
    assert done.json["error"]["type"] == "DatabaseNewer"
    assert "qc_9999" in done.err
    assert mending(done) == ["pip", "install", "--upgrade", "aicmo_core"]
    assert (checked.code, checked.json["status"]) == (1, "newer")
    assert upgraded.code == 1


def test_an_unmigrated_server(tmp_path: Path) -> None:
    """Is never altered by a run; the command that is named makes the tables."""
    import psycopg

    with fresh_postgres() as url:
        done = run(ORDER, "--db", url, folder=tmp_path)
        checked = aicmo("db", "check", "--db", url, "--json", folder=tmp_path)
        with psycopg.connect(url) as server:
            tables = server.execute(
                "select count(*) from pg_tables where schemaname = 'public'"
            ).fetchone()

        assert done.code == 1
        assert "is not migrated" in done.err
        assert (checked.code, checked.json["status"]) == (1, "missing")
        assert tables == (0,)
        assert mend(done, tmp_path).code == 0
        assert run(ORDER, "--db", url, folder=tmp_path).code == 0


def test_a_database_that_the_server_lacks(tmp_path: Path) -> None:
    """Is named, with the command that creates it."""
    with fresh_postgres() as url:
        start, _, _ = url.rpartition("/")
        query = url.partition("?")[2]
        missing = f"{start.partition('?')[0]}/no_such_db" if not query else url
        if query:
            from sqlalchemy import make_url

            missing = make_url(url).set(database="no_such_db").render_as_string(False)

        done = run(ORDER, "--db", missing, "--json", folder=tmp_path)

        assert done.code == 1
        assert done.json["error"]["type"] == "DatabaseMissing"
        assert mending(done)[0] == "createdb"
        assert mending(done)[-1] == "no_such_db"


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    """Is told by its address, without the password."""
    url = "postgresql://anna:geheim@127.0.0.1:1/agency"

    done = run(ORDER, "--db", url, "--json", folder=tmp_path)

    assert done.code == 1
    assert "postgresql://anna@127.0.0.1:1/agency is not available" in done.err
    assert "geheim" not in done.out + done.err
    assert mending(done) == ["pg_isready", "-h", "127.0.0.1", "-p", "1", "-U", "anna"]
