"""Several processes migrate one database at the same moment."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa

from aicmo_core.backends.sql.address import read_address
from aicmo_core.backends.sql.postgres import Postgres
from aicmo_core.testing.databases import fresh_postgres
from migrations.processes import Process, first_release, running, second_release
from migrations.test_killed_migrations import SOAK, Fresh, fresh, look

__all__ = ["fresh"]

ROUNDS = 10 if SOAK else 4
WAITING = sa.text(
    "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database "
    "WHERE NOT granted AND locktype = 'advisory' AND datname = current_database()"
)
COLOUR = (
    'op.add_column("shop_items", sa.Column("colour", sa.Text(), nullable=True))',
    'op.drop_column("shop_items", "colour")',
)


def together(processes: list[Process], verb: str, *arguments: str) -> list[list[str]]:
    """Return the answers of all, asked when all were ready."""
    for process in processes:
        process.begin(verb, *arguments)
    return [process.end() for process in processes]


@pytest.mark.parametrize("number", [2, 4])
def test_processes_migrate_at_once(number: int, fresh: Fresh, tmp_path: Path) -> None:
    """One applies, the others wait and find it done; the same on the way down."""
    module = second_release(tmp_path, *COLOUR)
    processes = [Process(module, "id", "size", "colour") for _ in range(number)]
    with running(*processes), ExitStack() as stack:
        found = []
        for _ in range(ROUNDS):
            url = stack.enter_context(fresh())
            together(processes, "reach", url)

            up = together(processes, "upgrade")
            found.append(look(url))
            down = together(processes, "downgrade", "base")

            assert sorted(map(len, up)) == [*[0] * (number - 1), 2]
            assert sorted(map(len, down)) == [*[0] * (number - 1), 2]
            assert look(url).revisions == []

    assert found[0].revisions == ["shop_0002"]
    assert found == [found[0]] * ROUNDS


def test_one_goes_up_and_one_goes_down_at_once(fresh: Fresh, tmp_path: Path) -> None:
    """Whichever is first, the tables are those of the revision that is left."""
    module = second_release(tmp_path, *COLOUR)
    up, down = (Process(module, "id", "size", "colour") for _ in range(2))
    with running(up, down), fresh() as url:
        together([up, down], "reach", url)
        up.ask("upgrade")
        complete = look(url)
        for _ in range(3):
            down.begin("downgrade", "shop_0001")
            up.begin("upgrade")
            assert isinstance(down.end(), list)
            assert isinstance(up.end(), list)

            left = look(url)
            has_colour = any(name == "colour" for name, *_ in left.tables["shop_items"][0])
            assert left.revisions == ["shop_0002" if has_colour else "shop_0001"]
            up.ask("upgrade")
            assert look(url) == complete


def test_server_that_isolates_strictly_is_migrated_at_once(tmp_path: Path) -> None:
    """Who waited sees what the other applied, whatever snapshots PostgreSQL gives by default."""
    module = second_release(tmp_path, *COLOUR)
    processes = [Process(module, "id", "size", "colour") for _ in range(4)]
    with running(*processes), fresh_postgres() as url:
        together(processes, "reach", f"{url}?options=-cdefault_transaction_isolation=serializable")
        database = Postgres(read_address(url))
        with database.engine().begin() as held:  # so that all of them have come to wait
            database.lock_for_migration(held)
            for process in processes:
                process.begin("upgrade")
            while held.execute(WAITING).scalar_one() < len(processes):
                pass

        answers = [process.end() for process in processes]

    assert sorted(map(len, answers)) == [0, 0, 0, 2]


def test_older_and_newer_release_migrate_at_once(fresh: Fresh, tmp_path: Path) -> None:
    """The newer one applies all; the older one applies its own part before, or is refused."""
    older = Process(first_release(tmp_path), "id", "size")
    newer = Process(second_release(tmp_path, *COLOUR), "id", "size", "colour")
    with running(older, newer):
        for _ in range(3):
            with fresh() as url:
                together([older, newer], "reach", url)
                older.begin("upgrade")
                newer.begin("upgrade")
                lines, applied = older.end(), newer.end()

                if isinstance(lines, list):
                    assert len(lines) + len(applied) == 2
                else:
                    assert lines.error == "DatabaseNewer"
                    assert len(applied) == 2
                assert look(url).revisions == ["shop_0002"]
