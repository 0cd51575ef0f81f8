"""A database's address says how to reach it, and is shown without its password."""

import pytest

from aicmo_core.backends.sql.address import passwords, read_address, shown, upgrade_command
from aicmo_core.backends.sql.plugin import open_mariadb, open_postgres, open_sqlite
from aicmo_core.kernel.errors import InvalidValue
from aicmo_core.storage import Backend, BackendUnavailable

SECRET = "hunter2"
URLS = [
    f"postgresql://ann:{SECRET}@127.0.0.1:1/agency?connect_timeout=1",
    f"postgresql://ann@127.0.0.1:1/agency?password={SECRET}",
    f"postgresql://127.0.0.1:1/agency?user=ann&password={SECRET}&sslpassword={SECRET}",
    f"mysql://ann:{SECRET}@127.0.0.1:1/agency",
    f"mysql://ann@127.0.0.1:1/agency?password={SECRET}",
]


def _open(url: str) -> Backend:
    return open_mariadb(url) if url.startswith("mysql") else open_postgres(url)


@pytest.mark.parametrize("url", URLS)
def test_password_is_left_out_of_what_is_shown(url: str) -> None:
    """Neither the address, nor the command that mends, nor the object shows it."""
    address = read_address(url)

    texts = [shown(address), upgrade_command(address), repr(_open(url))]

    assert passwords(address)
    assert not any(SECRET in text for text in texts)


@pytest.mark.parametrize("url", URLS)
def test_password_is_left_out_of_errors(url: str) -> None:
    """A server that cannot be reached is named without it, in the cause too."""
    backend = _open(url)

    with pytest.raises(BackendUnavailable) as caught:
        backend.schema()

    assert "127.0.0.1:1/agency" in str(caught.value)
    assert SECRET not in f"{caught.value} {caught.value!r} {caught.value.__cause__}"


@pytest.mark.parametrize("url", [f"{SECRET}", f"postgresql://ann:{SECRET}@host:port/x"])
def test_text_that_is_no_address_is_refused_without_repeating_it(url: str) -> None:
    """What somebody typed wrong may hold a password."""
    with pytest.raises(InvalidValue, match="database URL") as caught:
        open_postgres(url)

    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite://host/x"]
)
def test_sqlite_needs_a_file(url: str) -> None:
    """A private database in memory could not be shared by threads; the error says what can."""
    with pytest.raises(InvalidValue, match=r"sqlite:///relative\.db.*memory: for no file"):
        open_sqlite(url)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("synchronous=SOMETIMES", r"\$\?synchronous: expected OFF or NORMAL or FULL or EXTRA"),
        ("timeout=soon", r"\$\?timeout: expected seconds from 0 to 86400, found 'soon'"),
        ("timeout=-1", r"\$\?timeout"),
        ("timeout=nan", r"\$\?timeout"),
        ("mode=memory", r"\$\?mode: expected rwc or rw or ro, found 'memory'"),
        ("sync=FULL", r"\$\?sync: expected one of mode, synchronous, timeout"),
    ],
)
def test_option_that_sqlite_does_not_have_is_refused(option: str, message: str) -> None:
    """A misspelt option must not silently mean less durability."""
    with pytest.raises(InvalidValue, match=message):
        open_sqlite(f"sqlite:///agency.db?{option}")


def test_option_that_postgres_does_not_have_is_refused() -> None:
    """The driver knows its options; the error names the one that it does not know."""
    with pytest.raises(InvalidValue, match="colour"):
        open_postgres("postgresql://127.0.0.1:1/agency?colour=red").schema()


@pytest.mark.parametrize("option", ["colour=red", "connect_timeout=soon"])
def test_option_that_mariadb_does_not_have_is_refused(option: str) -> None:
    """The driver knows its options; the error names the one that it does not know."""
    with pytest.raises(InvalidValue, match=option.partition("=")[0]):
        open_mariadb(f"mysql://127.0.0.1:1/agency?{option}").schema()


@pytest.mark.parametrize("threshold", ["often", "-1"])
def test_prepare_threshold_is_a_number_or_none(threshold: str) -> None:
    """The library's own option is checked like the driver's."""
    with pytest.raises(InvalidValue, match="prepare_threshold"):
        open_postgres(f"postgresql://h/agency?prepare_threshold={threshold}").schema()


def test_encoding_is_the_librarys_matter() -> None:
    """With another one, text that it does not have could not be stored."""
    with pytest.raises(InvalidValue, match="client_encoding"):
        open_postgres("postgresql://h/agency?client_encoding=LATIN1").schema()
