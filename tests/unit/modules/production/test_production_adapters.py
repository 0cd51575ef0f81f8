"""Drafts and bundles as they are stored, announced and found again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from aicmo_core.hooks import ArtifactUnavailable
from aicmo_core.kernel import NotFound, UnknownName, from_json, to_json
from aicmo_core.kernel.ids import DraftId, StrategyId
from aicmo_core.modules.production.api import (
    AssetGenerated,
    ContentDraftDTO,
    DraftReady,
    PackUnavailable,
)
from aicmo_core.modules.production.internal.catalogue import PackListing, catalogue
from aicmo_core.modules.production.internal.collections import ASSETS, BUNDLES, DRAFTS
from aicmo_core.storage import Insert

Make = Callable[[str], Any]
OpenDesk = Callable[..., Any]


def test_a_draft_is_stored_as_it_was_returned(client: Any, open_desk: OpenDesk) -> None:
    """Every field comes back equal, sections, calendar and budget included."""
    desk = open_desk(client)

    draft = desk.draft()

    assert desk.queries().get_draft(draft.draft_id) == draft
    assert draft.brand_name == client.brief.brand_name
    assert draft.client_id == client.brief.client_id
    assert sum(line.share_pct for line in draft.budget) == 100


def test_a_draft_survives_json(client: Any, open_desk: OpenDesk) -> None:
    """A workflow may carry a draft as its result."""
    draft = open_desk(client).draft()

    assert from_json(to_json(draft), ContentDraftDTO) == draft


def test_a_draft_is_announced_with_its_row(client: Any, open_desk: OpenDesk) -> None:
    """DraftReady belongs to the row that the same unit of work writes."""
    desk = open_desk(client)
    work = desk.work()

    draft = desk.generator(work).generate_draft(client.strategy.strategy_id)

    (emitted,) = work.emitted
    assert isinstance(emitted.event, DraftReady)
    assert emitted.event.draft_id == draft.draft_id
    assert emitted.event.content_type == draft.content_type == "marketing_report"
    assert emitted.collection is DRAFTS
    (change,) = work.changes()
    assert isinstance(change, Insert)


def test_the_same_strategy_gives_the_same_text_again(make: Make, open_desk: OpenDesk) -> None:
    """Only id and time tell two drafts of one strategy apart."""
    desk = open_desk(make("city"))

    first = desk.draft()
    desk.clock.advance(timedelta(days=3))
    second = desk.draft()

    assert first.draft_id != second.draft_id
    assert first.body == second.body
    assert first.calendar == second.calendar


def test_an_unknown_strategy_is_named(open_desk: OpenDesk) -> None:
    """Nothing is written for a strategy that is not there."""
    desk = open_desk()
    work = desk.work()

    with pytest.raises(NotFound, match=r"strategy 'strategy-9'"):
        desk.generator(work).generate_draft(StrategyId("strategy-9"))

    assert work.changes() == []


def test_a_brief_that_is_gone_is_named(make: Make, open_desk: OpenDesk) -> None:
    """A strategy may outlive its brief in somebody's hands."""
    client = make("sparse").planned(brief_id="brief-9")

    with pytest.raises(NotFound, match=r"brief 'brief-9'"):
        open_desk(client).draft()


def test_an_unknown_pack_suggests_the_nearest(make: Make, open_desk: OpenDesk) -> None:
    """A misspelt pack is not guessed at."""
    client = make("sparse").but(pack="quick_social_basik")

    with pytest.raises(UnknownName, match=r"did you mean 'quick_social_basic'"):
        open_desk(client).draft()


def test_a_pack_without_its_writers_names_what_is_missing(
    make: Make, open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All missing sections at once, and nothing is written."""
    listing = PackListing("Sketch", ("overview", "song", "final_summary", "dance"))
    monkeypatch.setitem(catalogue().packs, "sketch", listing)
    desk = open_desk(make("sparse").but(pack="sketch"))
    work = desk.work()

    with pytest.raises(PackUnavailable) as caught:
        desk.generator(work).generate_draft(desk.clients[0].strategy.strategy_id)

    assert caught.value.missing == ("song", "dance")
    assert "dance" in str(caught.value)
    assert work.changes() == []


def test_a_bundle_holds_four_complete_files(client: Any, open_desk: OpenDesk) -> None:
    """Name, size and hash of each asset are those of the file that is there."""
    desk = open_desk(client)
    draft = desk.draft()
    work = desk.work()

    bundle = desk.assembler(work).assemble_bundle(draft.draft_id)
    desk.backend.commit(work.changes())

    assert [a.name for a in bundle.assets] == [
        "report.md",
        "calendar.csv",
        "calendar.ics",
        "targets.svg",
        "timeline.svg",
        "budget.svg",
    ]
    assert [a.asset_type for a in bundle.assets] == [
        "report",
        "calendar",
        "calendar_feed",
        "targets_chart",
        "timeline_chart",
        "budget_chart",
    ]
    for asset in bundle.assets:
        data = desk.folder.files[asset.url]
        assert (asset.size, asset.sha256) == (len(data), sha256(data).hexdigest())
    assert desk.queries().get_bundle(draft.draft_id) == bundle


def test_each_file_is_announced(make: Make, open_desk: OpenDesk) -> None:
    """One AssetGenerated per file, about a row of its own."""
    desk = open_desk(make("saas"))
    draft = desk.draft()
    work = desk.work()

    bundle = desk.assembler(work).assemble_bundle(draft.draft_id)

    events = [e.event for e in work.emitted]
    assert [(e.asset_id, e.asset_type) for e in events if isinstance(e, AssetGenerated)] == [
        (a.asset_id, a.asset_type) for a in bundle.assets
    ]
    assert {e.collection.name for e in work.emitted} == {ASSETS.name}


def test_the_newest_bundle_is_found(make: Make, open_desk: OpenDesk) -> None:
    """Assembling again adds a bundle; the older one stays stored."""
    desk = open_desk(make("sparse"))
    draft = desk.draft()
    for _ in range(2):
        desk.clock.advance(timedelta(minutes=1))
        work = desk.work()
        newest = desk.assembler(work).assemble_bundle(draft.draft_id)
        desk.backend.commit(work.changes())

    assert desk.queries().get_bundle(draft.draft_id) == newest
    assert desk.store(desk.work()).open(BUNDLES).count() == 2


def test_no_bundle_is_made_of_nothing(open_desk: OpenDesk) -> None:
    """An unknown draft writes no file and no row."""
    desk = open_desk()
    work = desk.work()

    with pytest.raises(NotFound, match="production_drafts 'draft-9'"):
        desk.assembler(work).assemble_bundle(DraftId("draft-9"))

    assert desk.folder.files == {}
    assert work.changes() == []


@pytest.mark.parametrize("fails_at", [1, 2, 3, 4])
def test_a_full_disk_leaves_no_reference(make: Make, open_desk: OpenDesk, fails_at: int) -> None:
    """A bundle refers to files only when every one of them is complete."""
    desk = open_desk(make("sparse"), fails_at=fails_at)
    draft = desk.draft()
    work = desk.work()

    with pytest.raises(ArtifactUnavailable):
        desk.assembler(work).assemble_bundle(draft.draft_id)

    assert [c for c in work.changes() if isinstance(c, Insert)] == []
    assert list(work.emitted) == []


def test_what_is_not_there_is_none(open_desk: OpenDesk) -> None:
    """Queries answer None for strangers."""
    queries = open_desk().queries()

    assert queries.get_draft(DraftId("draft-9")) is None
    assert queries.get_bundle(DraftId("draft-9")) is None
