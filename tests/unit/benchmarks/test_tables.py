"""How what was measured is shown: in Markdown, as a plot, in the page of all benchmarks."""

from importlib import import_module
from xml.etree import ElementTree

import pytest
from benchmarks.__main__ import README, marked, rewritten
from benchmarks.answers import Change, Row, Table
from benchmarks.asking import Effort, command
from benchmarks.markdown import compared, document, measured, shown
from benchmarks.plots import plot

FLOOR = Row("by hand", {"runs/s": (1000.0, 2000.0, 1500.0)})
OURS = Row(
    "`app` <ours>",
    {"runs/s": (800.0, 1000.0, 900.0), "p99 ms": (12.34, 15.0, 20.0)},
    durability="WAL, synchronous=FULL",
    against=("by hand",),
    goals={"by hand": "≥ 0.75", "p99 ms": "≤ 15"},
)
TABLE = Table("8 threads", (FLOOR, OURS))


def test_table_shows_spreads_durability_ratios_and_goals() -> None:
    """A row says all that a number needs to count: how it scatters, and what it promises."""
    assert measured(TABLE).splitlines() == [
        "| variant | durability | runs/s | lowest | highest | p99 ms | ratio | goal |",
        "| --- | --- | ---: | ---: | ---: | ---: | --- | --- |",
        "| by hand |  | 1,500 | 1,000 | 2,000 |  |  |  |",
        "| `app` <ours> | WAL, synchronous=FULL | 900 | 800 | 1,000 | 15 | 0.60 × by hand "
        "| ≥ 0.75 × by hand: **missed**; p99 ms ≤ 15: met |",
    ]


def test_single_count_has_no_spread() -> None:
    """What was counted once is not shown as if it scattered."""
    table = Table("counts", (Row("a", {"statements": (5.0,)}),))

    assert measured(table).splitlines()[0] == "| variant | statements |"


@pytest.mark.parametrize(
    ("value", "text"),
    [(5.0, "5"), (0.1234, "0.12"), (12.34, "12.3"), (123.4, "123"), (12345.6, "12,346")],
)
def test_numbers_are_shown_with_as_many_digits_as_they_are_good_for(
    value: float, text: str
) -> None:
    """Three digits or so; whole numbers whole."""
    assert shown(value) == text


def test_document_names_the_command_the_machine_and_the_rounds() -> None:
    """Tables stand below the line that says how they were made, notes below their table."""
    noted = Table("8 threads", (FLOOR,), notes=("Nothing else ran.",))

    text = document("python -m benchmarks.a", "a machine", [noted])

    assert text.startswith(
        "`python -m benchmarks.a`, on a machine; medians of 3 rounds.\n\n### 8 threads\n\n|"
    )
    assert text.endswith("|\n\nNothing else ran.")


def test_command_says_what_is_unusual() -> None:
    """Whoever repeats it asks as thoroughly."""
    effort = Effort(rounds=9, only="SQLite FULL")

    assert command("a", Effort()) == "python -m benchmarks.a"
    assert command("a", effort) == "python -m benchmarks.a --rounds 9 --only 'SQLite FULL'"


def test_comparison_names_what_is_slower() -> None:
    """Each row that both runs have: before, now, the ratio, the verdict."""
    text = compared([Change("8 threads", "ours", 1000.0, 900.0, "slower")])

    assert text.splitlines()[-1] == "| 8 threads | ours | 1,000 | 900 | 0.90 | slower |"


def test_plot_has_a_bar_for_each_row_in_proportion() -> None:
    """A bar is as long as its median says, beside the longest value of its table."""
    drawn = ElementTree.fromstring(plot("a question", ["how", "where"], [TABLE]))

    bars = [r for r in drawn.iter() if r.get("class") in ("floor", "ours")]
    assert [b.get("class") for b in bars] == ["floor", "ours"]
    lengths = [float(b.get("width", "")) for b in bars]
    assert lengths[1] / lengths[0] == pytest.approx(900 / 1500)
    texts = [t.text for t in drawn.iter() if t.tag.endswith("text")]
    assert texts == [
        "8 threads",
        "runs/s, more is better",
        "by hand",
        "1,500",
        "app <ours>",
        "900",
        "how",
        "where",
    ]


def test_plot_is_the_same_each_time_and_has_colours_for_light_and_dark() -> None:
    """The same tables give the same file, and a reader's dark page gets its own colours."""
    first, second = (plot("a question", ["how", "where"], [TABLE]) for _ in range(2))

    assert first == second
    assert "prefers-color-scheme: dark" in first


def test_tables_are_rewritten_between_their_markers_only() -> None:
    """What stands around them, and other benchmarks' tables, stay."""
    page = (
        "# Title\n<!-- a: begin -->\nold\n<!-- a: end -->\nprose\n"
        "<!-- b: begin -->\nkept\n<!-- b: end -->\n"
    )

    assert marked(page) == ["a", "b"]
    assert rewritten(page, "a", "new\n\nlines") == page.replace("old", "new\n\nlines")


def test_tables_without_a_place_are_refused() -> None:
    """A benchmark whose tables nobody would see is an error, not a silence."""
    with pytest.raises(ValueError, match="no place for c"):
        rewritten("<!-- a: begin -->\n<!-- a: end -->\n", "c", "new")


def test_every_benchmark_has_its_place_and_its_command() -> None:
    """The page shows each file that asks a question, with the command that answers it."""
    page = README.read_text()
    asking = {
        file.stem
        for file in README.parent.glob("*.py")
        if hasattr(import_module(f"benchmarks.{file.stem}"), "answer")
    }

    assert set(marked(page)) == asking
    for name in asking:
        assert f"python -m benchmarks.{name}" in page
