"""Whatever the documentation shows is done here, in an empty folder, in its order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from aicmo_core.testing.databases import fresh_postgres
from scenarios import rules_page
from scenarios.error_page import import_everything, page, public_errors
from scenarios.made_once import made_once
from scenarios.pages import ROOT, Block, blocks, name, pages, shows, split_console
from scenarios.reader import Reader, Shelf

NUMBER_OF_BLOCKS_NOT_RUN = 7
"""May shrink, and not grow: a block that is not run is a promise that nobody keeps."""

MAKES_ITS_OWN_ENVIRONMENT = "python3 -m venv"

SHOWN = [p for p in pages() if any(b.is_run for b in blocks(p))]


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """The library as a reader gets it: a wheel that was built from these sources."""
    return Shelf.of(made_once(tmp_path_factory, "shelf", Shelf.fill))


@pytest.fixture(scope="session")
def installed(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the library, for pages that install nothing."""

    def install(around: Path) -> None:
        Reader(shelf, around, around, around / "environment").install(library=True)

    return made_once(tmp_path_factory, "installed", install) / "environment"


@pytest.fixture
def reader(shelf: Shelf, tmp_path: Path) -> Reader:
    """Somebody in an empty folder."""
    folder = tmp_path / "folder"
    folder.mkdir()
    return Reader(shelf, folder, tmp_path, tmp_path / "environment")


@pytest.fixture
def reader_of(request: pytest.FixtureRequest, reader: Reader) -> Iterator[Reader]:
    """Somebody with what the page takes for granted: the library, or a database of a server."""
    text = request.param.read_text("utf-8")
    if "pip" in text:
        reader.install(library=MAKES_ITS_OWN_ENVIRONMENT not in text)
    else:
        reader.environment = request.getfixturevalue("installed")
    if "$DATABASE" not in text:
        yield reader
        return
    with fresh_postgres() as url:
        reader.given["DATABASE"] = url
        yield reader


@pytest.mark.parametrize(
    ("reader_of", "shown"), [(p, p) for p in SHOWN], ids=map(name, SHOWN), indirect=["reader_of"]
)
def test_a_page_does_what_it_shows(reader_of: Reader, shown: Path) -> None:
    """Every block, in order; output is as printed, `…` standing for anything."""
    for block in blocks(shown):
        reader_of.do(block)


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


def test_excerpts_are_in_their_files() -> None:
    """Line by line and in order, whatever the indentation; lines may be left out."""
    wrong = []
    for quoting in pages():
        for block in blocks(quoting):
            if block.mark == "excerpt":
                source = (quoting.parent / block.said).read_text("utf-8").splitlines()
                rest = iter([line.strip() for line in source])
                quoted = [line.strip() for line in block.text.splitlines()]
                wrong += [(name(quoting), line) for line in quoted if line and line not in rest]

    assert wrong == []


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


def test_the_page_of_rule_sets() -> None:
    """Is what shapes and files say."""
    written = (ROOT / "docs" / "reference" / "rule_sets.md").read_text("utf-8")

    expected = rules_page.page()
    assert written == expected, "python tests/scenarios/rules_page.py > docs/reference/rule_sets.md"


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


@pytest.mark.parametrize(
    "wrong",
    [
        Block("console", "false\n"),
        Block("console", "true\n", "exits", "2"),
        Block("console", "$ echo one\ntwo\n"),
        Block("python", "raise SystemExit(3)\n"),
        Block("text", "nobody printed this\n", "printed"),
    ],
)
def test_a_page_that_is_wrong_is_seen(reader: Reader, wrong: Block) -> None:
    """A command that fails, another code, another output and a raised error all show."""
    reader.install(library=False)

    with pytest.raises(AssertionError):
        reader.do(wrong)


def test_reader_has_nothing_but_what_the_page_gives(reader: Reader) -> None:
    """Neither this project's sources nor its commands are there by accident."""
    reader.install(library=False)

    reader.do(Block("python", "import aicmo_core\n", "exits", "1"))
    reader.do(Block("console", "command -v aicmo\n", "exits", "1"))


def test_reader_goes_on_where_the_block_before_ended(reader: Reader) -> None:
    """In its folder, with its variables; and what was printed can be compared."""
    reader.install(library=False)

    reader.do(Block("text", "print('one 12 three')\n", "file", "inner/count.py"))
    reader.do(Block("console", "cd inner\nexport WORD=three\n"))
    reader.do(Block("console", "$ python count.py\none … three\n"))
    reader.do(Block("python", "import os; print(os.environ['WORD'])\n"))
    reader.do(Block("text", "three\n", "printed"))


def test_commands_and_output_are_told_apart() -> None:
    """By the `$ ` before a command; without any, all lines are commands."""
    assert split_console("$ a\nx\n$ b\n") == ("a\nb\n", "x\n")
    assert split_console("a\nb\n") == ("a\nb\n", "")
    assert shows("one… three", "one\ntwo three\n")
    assert not shows("one …", "two\n")
