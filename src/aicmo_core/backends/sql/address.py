"""The URL of a database: what it says, and how it is shown without its password."""

from __future__ import annotations

import shlex

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from aicmo_core.kernel.errors import InvalidValue, Problem

_SECRET = {
    "password",
    "passwd",
    "sslpassword",
    "ssl_key_password",
    "oauth_client_secret",
    "scram_client_key",
    "scram_server_key",
}


def read_address(text: str) -> sa.URL:
    """
    Return the parts of a database URL.

    Raises:
        InvalidValue: It is not a URL. The text is not repeated: it may hold a password.
    """
    try:
        return sa.make_url(text)
    except (ArgumentError, ValueError) as error:
        expected = "expected scheme://user:password@host:port/database?option=value"
        raise InvalidValue("database URL", (Problem("$", expected),)) from error


def shown(url: sa.URL) -> str:
    """Return *url* as text for people and logs: every password is left out."""
    query = url.difference_update_query(sorted(_SECRET)).query
    public = sa.URL.create(
        url.drivername, url.username, None, url.host, url.port, url.database, query
    )
    return public.render_as_string(hide_password=False)


def check_command(url: sa.URL) -> str:
    """Return the command that lists how the tables of *url* differ from the code."""
    return f"aicmo db check --db {shlex.quote(shown(url))}"


def upgrade_command(url: sa.URL) -> str:
    """Return the command that brings the tables of *url* up to date."""
    return f"aicmo db upgrade --db {shlex.quote(shown(url))}"


def passwords(url: sa.URL) -> list[str]:
    """Return what must never be shown."""
    found = [url.password, *(url.query.get(name) for name in sorted(_SECRET))]
    return [secret for secret in found if isinstance(secret, str) and secret]


def refuse_option(name: str, found: object, expected: str) -> InvalidValue:
    """Return the error for a query option of a URL that cannot be used."""
    problem = Problem(f"$?{name}", f"expected {expected}, found {found!r}")
    return InvalidValue("database URL", (problem,))
