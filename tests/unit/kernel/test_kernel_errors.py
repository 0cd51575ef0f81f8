"""Errors name the thing and the way out."""

import pytest

from aicmo_core.kernel import (
    AicmoError,
    AlreadyExists,
    InvalidValue,
    NotFound,
    Problem,
    UnknownName,
    nearest,
)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (NotFound("brief", "b 1"), "there is no brief 'b 1'"),
        (
            AlreadyExists("accounts", "owner", "ann"),
            "accounts already has a row with the same owner: ann",
        ),
        (
            InvalidValue("Form", (Problem("$.a", "missing"), Problem("$.b[0]", "expected text"))),
            "Form is not valid: $.a: missing; $.b[0]: expected text",
        ),
        (
            UnknownName("pack", "quick_socal_basic", ["quick_social_basic", "launch"]),
            "unknown pack 'quick_socal_basic'; did you mean 'quick_social_basic'?",
        ),
        (UnknownName("pack", "zzz", ["b", "a"]), "unknown pack 'zzz'; known: a, b"),
        (UnknownName("pack", "zzz", []), "unknown pack 'zzz'; known: none is registered"),
    ],
)
def test_error_says_what_it_is_about(error: AicmoError, message: str) -> None:
    """One root for all, and a message that stands alone."""
    assert str(error) == message
    assert isinstance(error, AicmoError)


def test_error_with_fields_can_be_raised_and_caught() -> None:
    """Facts are attributes, for whoever handles the error."""
    with pytest.raises(UnknownName) as caught:
        raise UnknownName("scheme", "sqlit", {"sqlite", "memory"})

    assert caught.value.known == ("memory", "sqlite")


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("Sqlite", ["sqlite", "memory"], "sqlite"),
        ("sqlte", ["sqlite", "memory"], "sqlite"),
        ("oracle", ["sqlite", "memory"], None),
        ("", ["sqlite"], None),
        ("x", [], None),
        ("STRASSE", ["straße"], "straße"),
    ],
)
def test_nearest_name_is_close_or_none(name: str, known: list[str], expected: str | None) -> None:
    """A suggestion is spelled almost alike, whatever its case; a wild guess is not made."""
    assert nearest(name, known) == expected
