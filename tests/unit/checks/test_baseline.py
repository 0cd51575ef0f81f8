"""A baseline can shrink, and never grow."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from aicmo_core.checks import Baseline, Breach, Finding
from aicmo_core.checks.compatibility import COMPATIBLE
from aicmo_core.kernel.structuring import from_json

FINDINGS = st.lists(
    st.builds(
        Finding,
        st.sampled_from(["frozen", "private-name", COMPATIBLE]),
        st.integers(1, 99).map("tasting.py:{}".format),
        st.text(max_size=3),
        st.sampled_from(["tasting: a", "tasting: b"]),
    ),
    max_size=8,
)


def finding(line: int, target: str) -> Finding:
    return Finding("private-name", f"tasting.py:{line}", f"imports {target}", f"tasting: {target}")


def test_what_moves_is_known() -> None:
    """Lines are no part of a baseline."""
    baseline = Baseline.of("tasting", [finding(3, "other._a")])

    compared = baseline.compare([finding(30, "other._a")])

    assert (compared.clean, len(compared.known)) == (True, 1)


def test_what_is_there_once_more_is_new() -> None:
    """Breaches are counted: one more of the same kind is growth."""
    baseline = Baseline.of("tasting", [finding(3, "other._a")])

    compared = baseline.compare([finding(3, "other._a"), finding(9, "other._a")])

    assert compared.new == (finding(9, "other._a"),)
    assert not compared.clean


def test_what_is_gone_is_told() -> None:
    """The package is not clean before it is taken off, so that it cannot come back."""
    baseline = Baseline.of("tasting", [finding(3, "other._a"), finding(4, "other._b")])

    compared = baseline.compare([finding(3, "other._a")])

    assert compared.gone == (Breach("private-name", "tasting: other._b"),)
    assert not compared.clean


def test_broken_promise_is_never_known() -> None:
    """Its way out is the next version."""
    broken = Finding(COMPATIBLE, "TastingPort", "the port was removed")
    written = Baseline("tasting", (broken.breach,))

    assert Baseline.of("tasting", [broken]).breaches == ()
    assert written.compare([broken]).new == (broken,)


@given(FINDINGS, FINDINGS)
def test_every_finding_is_new_or_known(before: list[Finding], now: list[Finding]) -> None:
    """None is lost or told twice, and what is known again and what is gone is the baseline."""
    baseline = Baseline.of("tasting", before)

    compared = baseline.compare(now)

    assert Counter((*compared.new, *compared.known)) == Counter(now)
    again = [f.breach for f in compared.known]
    assert Counter((*again, *compared.gone)) == Counter(baseline.breaches)


@given(FINDINGS, st.lists(FINDINGS, max_size=4))
def test_baseline_only_shrinks(first: list[Finding], later: list[list[Finding]]) -> None:
    """Whatever is found later, an update adds nothing to it."""
    baseline = Baseline.of("tasting", first)

    for findings in later:
        updated = Baseline.of("tasting", baseline.compare(findings).known)
        assert Counter(updated.breaches) <= Counter(baseline.breaches)
        assert updated.compare(findings).gone == ()
        baseline = updated


def test_baseline_comes_back_from_its_file(tmp_path: Path) -> None:
    """One breach in a few lines of its own, in order, so that changes show in a review."""
    path = tmp_path / "baseline.json"
    baseline = Baseline.of("tasting", [finding(4, "other._b"), finding(3, "other._ä")])

    baseline.save(path)

    text = path.read_text(encoding="utf-8")
    assert from_json(text, Baseline) == baseline
    assert text.index("other._b") < text.index("other._ä")
