"""A secret is revealed where it is asked for, and shown nowhere."""

from __future__ import annotations

import copy
import hmac
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from attrs import frozen

from aicmo_core.kernel import InvalidValue, Secret, structure, to_json, unstructure
from aicmo_core.storage import Collection, DeclarationError

PASSWORD = "correct horse"


@frozen
class Login:
    user: str
    password: Secret


LOGIN = Login("ann", Secret(PASSWORD))


def test_text_is_given_to_whom_asks_for_it() -> None:
    """There is one way to it."""
    assert Secret(PASSWORD).reveal() == PASSWORD


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        ascii,
        lambda s: f"{s}",
        lambda s: f"{s!r:>40}",
        lambda s: f"{s:.3}",
        lambda s: f"{s:>99}",
        lambda s: "{}".format(s),  # noqa: UP032 - the method is what is tried
        lambda s: "%s %r" % (s, s),  # noqa: UP031 - the same
        lambda s: repr([s, {"a": s}, (s,)]),
        lambda s: repr(Login("ann", s)),
        lambda s: repr(attrs.asdict(Login("ann", s))),
        lambda s: repr(getattr(s, "__dict__", None)),
        lambda s: "".join(traceback.format_exception(ValueError(s))),
        lambda s: json.dumps({"s": s}, default=str),
    ],
)
def test_shown_form_does_not_tell(show: Callable[[Secret], str]) -> None:
    """Nor how long it is."""
    assert PASSWORD not in show(Secret(PASSWORD))
    assert show(Secret(PASSWORD)) == show(Secret("x"))


def test_log_does_not_tell(caplog: pytest.LogCaptureFixture) -> None:
    """Neither the message nor what a formatter makes of its arguments."""
    caplog.set_level(logging.DEBUG)

    logging.getLogger("aicmo_core.test").debug("login %s %r", LOGIN.password, LOGIN)

    assert "***" in caplog.text
    assert PASSWORD not in caplog.text


def test_equal_secrets_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """By what is made for that, over their bytes, whatever they are."""
    compared: list[tuple[bytes, bytes]] = []
    digest = hmac.compare_digest

    def watched(a: bytes, b: bytes) -> bool:
        compared.append((a, b))
        return digest(a, b)

    monkeypatch.setattr(hmac, "compare_digest", watched)

    assert Secret("é\ud800") == Secret("é\ud800")
    assert Secret("a") != Secret("b")
    assert len(compared) == 2
    assert Secret("a") != "a"
    with pytest.raises(TypeError, match="unhashable"):
        {Secret("a")}


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickling_is_refused(protocol: int) -> None:
    """What is pickled is readable wherever it is kept."""
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(LOGIN, protocol)


def test_copy_is_the_same_secret() -> None:
    """It does not change, so that there is nothing to copy."""
    assert copy.copy(LOGIN.password) is LOGIN.password
    assert copy.deepcopy([LOGIN])[0].password is LOGIN.password
    with pytest.raises(AttributeError, match="does not change"):
        LOGIN.password._text = "other"


def test_json_encoder_that_knows_nothing_of_it_refuses() -> None:
    """It is no text, and does not pass for one."""
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps({"password": LOGIN.password})


@pytest.mark.parametrize(
    ("write", "path"),
    [
        (lambda: to_json(LOGIN), "$.password"),
        (lambda: unstructure([LOGIN]), "$[0].password"),
        (lambda: to_json({"a": [LOGIN.password]}, Any), "$['a'][0]"),
        (lambda: structure({"user": "ann", "password": PASSWORD}, Login), "$.password"),
    ],
)
def test_storing_is_refused(write: Callable[[], object], path: str) -> None:
    """By its place, in both directions: it would be readable in the database."""
    with pytest.raises(InvalidValue) as caught:
        write()

    assert [p.path for p in caught.value.problems] == [path]
    assert "Secret" in str(caught.value)
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))


def test_collection_cannot_have_a_column_for_it() -> None:
    """The declaration is refused, before there is anything to store."""
    with pytest.raises(DeclarationError, match="password: a Secret is never stored"):
        Collection("logins", Login, key="user").columns  # noqa: B018 - looked at to compile it


@pytest.mark.parametrize("text", ["", None, 5, b"bytes"])
def test_what_is_no_secret(text: Any) -> None:
    """An unset variable is no password; and what was given is not repeated."""
    with pytest.raises(InvalidValue, match="a secret is not valid") as caught:
        Secret(text)

    assert "bytes'" not in str(caught.value)
