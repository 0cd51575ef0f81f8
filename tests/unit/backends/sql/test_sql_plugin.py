"""The SQL backends are found by the scheme of an address, and cost nothing until then."""

import subprocess
import sys

import pytest

from aicmo_core.backends.sql import plugin
from aicmo_core.storage import BackendUnavailable


def test_schemes_are_offered_once_each() -> None:
    """Whoever names one of them gets a backend of that kind."""
    providers = plugin.aicmo_backends()

    assert [p.scheme for p in providers] == ["sqlite", "postgresql", "mariadb", "mysql"]
    assert all(p.description for p in providers)


def test_plugin_is_imported_without_sqlalchemy() -> None:
    """A host that uses none of them does not wait for it."""
    script = (
        "import sys; from aicmo_core.backends.sql import plugin; plugin.aicmo_backends(); "
        "assert not {'sqlalchemy', 'alembic', 'psycopg', 'pymysql'} & sys.modules.keys()"
    )

    ended = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)

    assert ended.returncode == 0, ended.stderr.decode()


@pytest.mark.parametrize(
    ("url", "module", "extra"),
    [
        ("postgresql://ann:hunter2@host/agency", "postgres", "postgres"),
        ("mysql://ann:hunter2@host/agency", "mariadb", "mariadb"),
    ],
)
def test_missing_driver_is_told_with_the_extra_that_brings_it(
    monkeypatch: pytest.MonkeyPatch, url: str, module: str, extra: str
) -> None:
    """The library does not bring the drivers of servers that a host may never use."""
    monkeypatch.setitem(sys.modules, f"aicmo_core.backends.sql.{module}", None)
    providers = {p.scheme: p for p in plugin.aicmo_backends()}

    with pytest.raises(BackendUnavailable, match=rf"pip install 'aicmo_core\[{extra}\]'") as caught:
        providers[url.partition(":")[0]].open(url)

    assert "hunter2" not in str(caught.value)
