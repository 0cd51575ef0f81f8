"""`aicmo events`: what waits for durable subscribers, and decisions about what they refused."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from getpass import getuser
from typing import TYPE_CHECKING, Any, TypeVar

import click

from aicmo_core.cli import exits
from aicmo_core.cli.groups import NamingGroup
from aicmo_core.cli.options import database, json_output
from aicmo_core.cli.output import print_json, say

if TYPE_CHECKING:
    from aicmo_core.app import App
    from aicmo_core.runtime.events import Backlog, StoredEvent

F = TypeVar("F", bound=Callable[..., Any])

_STATES = ["pending", "dead", "given_up", "idle"]


@click.group(name="events", cls=NamingGroup)
def command() -> None:
    """Look at events that wait for durable subscribers, and redrive refused ones."""


@command.command(name="list")
@database
@click.option("--subscriber", metavar="NAME", help="Only what waits for this subscriber.")
@click.option(
    "--state",
    type=click.Choice(_STATES),
    multiple=True,
    help="Only these states; pending and dead, if left out.",
)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--after", metavar="CURSOR", help="Continue after the page that gave CURSOR.")
@json_output
@exits.report_errors
def list_events(
    url: str,
    subscriber: str | None,
    state: tuple[str, ...],
    limit: int,
    after: str | None,
    as_json: bool,
) -> None:
    """List where durable subscribers have events waiting, or refused one for good."""
    from aicmo_core.runtime.records import InboxState

    states = [InboxState(s) for s in state or ("pending", "dead")]
    with _open(url) as app:
        page = app.events.list(subscriber=subscriber, state=states, limit=limit, after=after)
        not_handed_out = app.events.not_handed_out()
    if as_json:
        print_json(
            {
                "backlogs": [_plain(one) for one in page.items],
                "next": page.next,
                "not_handed_out": not_handed_out,
            }
        )
        return
    for one in page.items:
        place = f"{one.collection}[{one.key}]" + (f" event {one.alone}" if one.alone else "")
        say(
            f"{one.subscriber}  {one.state.value:<8}  {place}  {one.waiting} waiting  "
            f"{one.reason or ''}".rstrip()
        )
    if not_handed_out:
        say(f"{not_handed_out} events were handed to nobody yet", err=True)
    if page.next:
        say(f"more: --after {page.next}", err=True)


def _which(command_function: F) -> F:
    """Add what names a subscriber's backlog."""
    for decorator in (
        click.option(
            "--alone",
            type=click.IntRange(1),
            metavar="PLACE",
            help="The place of an event that was set aside or given up.",
        ),
        click.argument("key"),
        click.argument("collection"),
        click.argument("subscriber"),
    ):
        command_function = decorator(command_function)
    return command_function


@command.command(name="show")
@_which
@database
@json_output
@exits.report_errors
def show(
    subscriber: str, collection: str, key: str, alone: int | None, url: str, as_json: bool
) -> None:
    """Show where SUBSCRIBER stands with the aggregate COLLECTION, KEY, and what waits there."""
    from aicmo_core.kernel.values import datetime_to_text

    with _open(url) as app:
        events = app.events.waiting(subscriber, collection, key, alone)
        backlog = app.events.get(subscriber, collection, key, alone)
        assert backlog is not None  # rows of the inbox are never removed
    if as_json:
        print_json({"backlog": _plain(backlog), "events": [_plain_event(e) for e in events]})
        return
    for name, value in _plain(backlog).items():
        say(f"{name + ':':<14} {'' if value is None else value}".rstrip())
    for event in events:
        say(f"  {event.n:>3}  {datetime_to_text(event.occurred_at)}  {event.type}")
        say(f"       {event.payload}")


def _decision(command_function: F) -> F:
    """Add who decided and why, which is kept."""
    for decorator in (
        click.option("--why", required=True, metavar="TEXT", help="The reason, which is kept."),
        click.option(
            "--by", default=getuser, metavar="NAME", help="Who decided; this user, if left out."
        ),
    ):
        command_function = decorator(command_function)
    return command_function


@command.command(name="redrive")
@_which
@_decision
@database
@json_output
@exits.report_errors
def redrive(
    subscriber: str,
    collection: str,
    key: str,
    alone: int | None,
    by: str,
    why: str,
    url: str,
    as_json: bool,
) -> None:
    """
    Deliver a refused event again, and what waits behind it.

    At once, if a plugin that is installed here brings the subscriber; otherwise when
    an application that runs it relays events. Exit code 4: it was refused again.
    """
    with _open(url) as app:
        backlog = app.events.redrive(subscriber, collection, key, alone, by=by, why=why)
    _tell_decided(backlog, as_json)


@command.command(name="give-up")
@_which
@_decision
@database
@json_output
@exits.report_errors
def give_up(
    subscriber: str,
    collection: str,
    key: str,
    alone: int | None,
    by: str,
    why: str,
    url: str,
    as_json: bool,
) -> None:
    """Let SUBSCRIBER do without the event that it refused; the later ones go on."""
    with _open(url) as app:
        backlog = app.events.give_up(subscriber, collection, key, alone, by=by, why=why)
    _tell_decided(backlog, as_json)


def _tell_decided(backlog: Backlog, as_json: bool) -> None:
    """Print where the subscriber stands now; exit with 4 if it refused again."""
    if as_json:
        print_json(_plain(backlog))
    else:
        say(
            f"{backlog.subscriber}: {backlog.state.value}, {backlog.waiting} waiting"
            + (f"\nwhy: {backlog.reason}" if backlog.failures else "")
        )
    if backlog.failures and backlog.state.value != "given_up":
        sys.exit(exits.PARKED)


def _open(url: str) -> App:
    from aicmo_core.app import open_app
    from aicmo_core.cli.installed import host_rules, installed
    from aicmo_core.cli.remedies import require_database

    require_database(url)
    return open_app(url, plugins=installed(), rules=host_rules())


def _plain(backlog: Backlog) -> dict[str, Any]:
    from aicmo_core.kernel.values import datetime_to_text

    next_at = backlog.next_at
    return {
        "subscriber": backlog.subscriber,
        "collection": backlog.collection,
        "key": backlog.key,
        "alone": backlog.alone,
        "state": backlog.state.value,
        "waiting": backlog.waiting,
        "failures": backlog.failures,
        "reason": backlog.reason,
        "next_at": None if next_at is None else datetime_to_text(next_at),
        "decided_by": backlog.decided_by,
        "decided_why": backlog.decided_why,
    }


def _plain_event(event: StoredEvent) -> dict[str, Any]:
    from aicmo_core.kernel.values import datetime_to_text

    return {
        "n": event.n,
        "event_id": event.event_id,
        "type": event.type,
        "occurred_at": datetime_to_text(event.occurred_at),
        "correlation_id": event.correlation_id,
        "payload": json.loads(event.payload),
    }
