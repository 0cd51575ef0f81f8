"""The conformance suite of event targets. Import it from `aicmo_core.testing.targets`."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from aicmo_core.hooks import EventMessage, EventTarget, TargetUnavailable
from aicmo_core.kernel.ids import CorrelationId, EventId

OCCURRED = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)

KEYS = [
    "plain",
    "with space",
    " spaces around ",
    "dots.and>stars*",
    "line\nbreak\r",
    "a:b=c%25",
    "ünïcode 漢字 \U0001f469",
    '["two","fields"]',
    "x" * 500,
]
"""Keys as aggregates have them: any text."""


def message(key: str, n: int, payload: str = '{"a":1}') -> EventMessage:
    """Return event *n* of the aggregate *key*; its id is made of both."""
    event_id = EventId(f"{sha256(key.encode()).hexdigest()[:16]}-{n}")
    return EventMessage(
        event_id,
        "agency.modules.desk.api.Signed",
        "desk_accounts",
        key,
        n,
        payload,
        OCCURRED + timedelta(seconds=n),
        CorrelationId("run-1"),
    )


class EventTargetConformance(ABC):
    """
    The promises of `EventTarget`.

    Subclass it, and give it a fixture `target`: one in which there is nothing yet. The
    other methods are the kit's own way to the same place.
    """

    too_large: int | None = None
    """How many bytes a payload has that the target refuses; None if it takes any."""

    @abstractmethod
    def another(self) -> EventTarget:
        """Return another object for the same place: what a second process has."""

    @abstractmethod
    def stored(self) -> Sequence[EventMessage]:
        """Return what is stored there, in the order of arrival, read without the target."""

    @abstractmethod
    def take_down(self) -> None:
        """Make the place unreachable."""

    @abstractmethod
    def bring_up(self) -> None:
        """Make it reachable again, with what was stored."""

    def places(self, key: str) -> list[int]:
        """Return the places of the stored events of an aggregate, in the order of arrival."""
        return [stored.n for stored in self.stored() if stored.key == key]

    # -- what is stored ------------------------------------------------------------------------

    def test_event_is_stored_when_publish_returns(self, target: EventTarget) -> None:
        """Whoever reads there finds it, with all that it says."""
        sent = message("a", 1, '{"text":"ünïcode \\u0000","more":[1,2.5,null]}')

        assert list(target.publish([sent])) == []

        assert list(self.stored()) == [sent]

    @pytest.mark.parametrize("key", KEYS, ids=range(len(KEYS)))
    def test_key_may_be_any_text(self, target: EventTarget, key: str) -> None:
        """It comes out as it went in."""
        target.publish([message(key, 1), message(key, 2)])

        assert [(stored.key, stored.n) for stored in self.stored()] == [(key, 1), (key, 2)]

    def test_empty_batch_stores_nothing(self, target: EventTarget) -> None:
        """And is no error."""
        assert list(target.publish([])) == []

        assert list(self.stored()) == []

    def test_making_a_target_has_no_effect_outside(self, target: EventTarget) -> None:
        """An application starts while its broker is down."""
        self.take_down()

        other = self.another()

        assert other.name == target.name
        other.close()

    def test_name_is_stable_and_can_be_remembered(self, target: EventTarget) -> None:
        """It is a key in the store."""
        assert target.name.strip()
        assert len(target.name.encode()) <= 200
        assert self.another().name == target.name

    # -- order ---------------------------------------------------------------------------------

    def test_events_of_an_aggregate_are_stored_in_their_order(self, target: EventTarget) -> None:
        """Within a batch, and from one batch to the next, whoever sends it."""
        target.publish([message("a", n) for n in range(1, 31)])

        self.another().publish([message("a", n) for n in range(31, 41)])

        assert self.places("a") == list(range(1, 41))

    def test_aggregates_mixed_in_a_batch_keep_their_order(self, target: EventTarget) -> None:
        """Each its own."""
        keys = [f"k{number}" for number in range(10)]

        target.publish([message(key, n) for n in range(1, 11) for key in keys])

        assert {key: self.places(key) for key in keys} == {key: list(range(1, 11)) for key in keys}

    def test_places_may_have_gaps(self, target: EventTarget) -> None:
        """Events that were withdrawn are never sent."""
        target.publish([message("a", 2), message("a", 7)])

        assert self.places("a") == [2, 7]

    # -- again ---------------------------------------------------------------------------------

    def test_event_that_is_sent_again_is_acknowledged(self, target: EventTarget) -> None:
        """And kept once, if the target says so; first arrivals are in order in any case."""
        batch = [message("a", 1), message("a", 2)]
        target.publish(batch)

        assert list(target.publish([*batch, message("a", 3)])) == []

        assert list(dict.fromkeys(self.places("a"))) == [1, 2, 3]
        if target.deduplicates:
            assert self.places("a") == [1, 2, 3]

    def test_two_senders_of_the_same_events(self, target: EventTarget) -> None:
        """Two processes relay at once: first arrivals are in order, and nothing is missing."""
        start, failures = threading.Barrier(2), list[BaseException]()

        def send(by: EventTarget) -> None:
            try:
                start.wait()
                for n in range(1, 41, 4):
                    by.publish([message("a", n + more) for more in range(4)])
            except BaseException as error:  # noqa: BLE001 - handed to the test below
                failures.append(error)

        threads = [threading.Thread(target=send, args=(t,)) for t in (target, self.another())]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert failures == []
        assert list(dict.fromkeys(self.places("a"))) == list(range(1, 41))

    # -- refusals ------------------------------------------------------------------------------

    def test_refused_event_is_named_and_its_followers_are_not_stored(
        self, target: EventTarget
    ) -> None:
        """What stands before it is stored, and so are the other aggregates."""
        if self.too_large is None:
            pytest.skip("this target takes any payload")
        large = message("a", 2, '"' + "x" * self.too_large + '"')
        batch = [message("a", 1), large, message("b", 1), message("a", 3), message("b", 2)]

        (refusal,) = target.publish(batch)

        assert refusal.event_id == large.event_id
        assert refusal.reason
        assert (self.places("a"), self.places("b")) == ([1], [1, 2])

    def test_target_goes_on_after_a_refusal(self, target: EventTarget) -> None:
        """It is the event's fault, and nobody else's."""
        if self.too_large is None:
            pytest.skip("this target takes any payload")
        target.publish([message("a", 1, '"' + "x" * self.too_large + '"')])

        assert list(target.publish([message("a", 2)])) == []

        assert self.places("a") == [2]

    # -- a target that is down -----------------------------------------------------------------

    def test_target_that_is_down_says_so(self, target: EventTarget) -> None:
        """Whether it was reached before or not; the error names it."""
        target.publish([message("a", 1)])
        self.take_down()

        for sender in (target, self.another()):
            with pytest.raises(TargetUnavailable) as raised:
                sender.publish([message("a", 2)])
            assert raised.value.target == target.name
            assert raised.value.reason

    def test_batch_is_sent_again_when_the_target_is_back(self, target: EventTarget) -> None:
        """By the same object; nothing is missing, and the order holds."""
        batch = [message(key, n) for n in (2, 3) for key in ("a", "b")]
        target.publish([message("a", 1), message("b", 1)])
        self.take_down()
        with pytest.raises(TargetUnavailable):
            target.publish(batch)
        self.bring_up()

        assert list(target.publish(batch)) == []

        for key in ("a", "b"):
            assert list(dict.fromkeys(self.places(key))) == [1, 2, 3]

    def test_target_that_was_closed_refuses_to_publish(self, target: EventTarget) -> None:
        """To close it again is no error, and what was stored stays."""
        target.publish([message("a", 1)])
        target.close()
        target.close()

        with pytest.raises(TargetUnavailable):
            target.publish([message("a", 2)])

        assert self.places("a") == [1]

    def test_target_may_be_called_from_another_thread(self, target: EventTarget) -> None:
        """One at a time, whichever it is."""
        target.publish([message("a", 1)])
        answers: list[object] = []

        thread = threading.Thread(target=lambda: answers.append(target.publish([message("a", 2)])))
        thread.start()
        thread.join()

        assert [list(answer) for answer in answers if isinstance(answer, Sequence)] == [[]]
        assert self.places("a") == [1, 2]
