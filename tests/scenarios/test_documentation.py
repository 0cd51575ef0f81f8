"""Whatever the documentation shows is done here, in an empty folder, in its order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from aicmo_core.testing.databases import fresh_postgres
from scenarios.error_page import import_everything, page, public_errors
from scenarios.pages import ROOT, Block, Folder, blocks, pages, split_console

NUMBER_OF_BLOCKS_NOT_RUN = 6
"""May shrink, and not grow: a block that is not run is a promise that nobody keeps."""

SHOWN = [p for p in pages() if any(b.is_run for b in blocks(p))]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Folder]:
    """An empty folder; for the pages that need a server, one of its databases."""
    shown: Path = request.param
    (tmp_path / "src").symlink_to(ROOT / "src")
    if "$DATABASE" not in shown.read_text("utf-8"):
        yield Folder(tmp_path)
        return
    with fresh_postgres() as url:
        yield Folder(tmp_path, {"DATABASE": url})


@pytest.mark.parametrize(
    ("folder", "shown"), [(p, p) for p in SHOWN], ids=map(name, SHOWN), indirect=["folder"]
)
def test_a_page_does_what_it_shows(folder: Folder, shown: Path) -> None:
    """Every block, in order; output is as printed, `…` standing for anything."""
    for block in blocks(shown):
        folder.do(block)


def test_few_blocks_are_not_run() -> None:
    """Each says why."""
    left_out = [(name(p), b.said) for p in pages() for b in blocks(p) if b.mark == "not run"]

    assert len(left_out) <= NUMBER_OF_BLOCKS_NOT_RUN, left_out
    assert all(len(reason) > 10 for _, reason in left_out)


def test_every_block_has_a_language() -> None:
    """One without would not be run, and nobody would notice."""
    known = {"console", "python", "text", "toml", "json", "yaml", "mermaid"}

    found = {(name(p), b.kind) for p in pages() for b in blocks(p)}

    assert [(p, kind) for p, kind in sorted(found) if kind not in known and kind[:1] != "{"] == []


def test_every_link_leads_somewhere() -> None:
    """Links between pages name files that are there."""
    broken = [
        (name(p), target)
        for p in pages()
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", p.read_text("utf-8"))
        if not (p.parent / target).exists()
    ]

    assert broken == []


def test_the_page_of_errors() -> None:
    """Is what the classes say: every public error, with its remedy."""
    written = (ROOT / "docs" / "reference" / "errors.md").read_text("utf-8")

    assert written == page(), "python tests/scenarios/error_page.py > docs/reference/errors.md"


def test_every_error_says_what_to_do() -> None:
    """In a docstring of its own: what it means, and then what helps."""
    import_everything()

    short = [
        e.__name__ for e in public_errors() if len(re.findall(r"[.:;]\s", f"{e.__doc__} ")) < 2
    ]

    assert short == []


def test_decisions_have_one_form() -> None:
    """Status, context, decision, consequences and rejected alternatives, numbered without a gap."""
    decisions = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))

    assert [int(d.name[:4]) for d in decisions] == list(range(1, len(decisions) + 1))
    for decision in decisions:
        text = decision.read_text("utf-8")
        assert re.match(r"# \d+\. .+\n\nStatus: (accepted|superseded by \[.+\]\(.+\))\n", text)
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
            "Context",
            "Decision",
            "Consequences",
            "Rejected alternatives",
        ], decision.name


def test_a_page_that_is_wrong_is_seen(tmp_path: Path) -> None:
    """A command that fails, another code, another output and a raised error all show."""
    for block in (
        Block("console", "false\n"),
        Block("console", "true\n", "exits", "2"),
        Block("console", "$ echo one\ntwo\n"),
        Block("python", "raise SystemExit(3)\n"),
    ):
        with pytest.raises(AssertionError):
            Folder(tmp_path).do(block)
    Folder(tmp_path).do(Block("console", "$ echo one 12 three\none … three\n"))


def test_commands_and_output_are_told_apart() -> None:
    """By the `$ ` before a command; without any, all lines are commands."""
    assert split_console("$ a\nx\n$ b\n")[0] == "a\nb\n"
    assert split_console("a\nb\n") == ("a\nb\n", "")
