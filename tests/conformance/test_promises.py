"""Every sentence of the ports that others implement is shown by a test."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from aicmo_core.hooks import ArtifactStore, TextProvider
from aicmo_core.modules.production.api import SectionWriterPort
from aicmo_core.storage import Backend
from aicmo_core.testing.artifacts import ArtifactStoreConformance
from aicmo_core.testing.conformance.run import case_names
from aicmo_core.testing.sections import SectionWriterConformance
from aicmo_core.testing.texts import TextProviderConformance
from conformance.promises import ARTIFACTS, BACKEND, SECTIONS, TEXTS

TESTS = Path(__file__).parents[1]


def sentences(docstring: str) -> list[str]:
    """Return the sentences of a docstring; each argument and each error begins one."""
    text = re.sub(r"\n(?= {4}\w+: )", "\n\n", inspect.cleandoc(docstring))
    found = []
    for paragraph in re.split(r"\n\s*\n", text):
        words = re.sub(r"^(Raises|Args):\s*", "", " ".join(paragraph.split()))
        found += re.split(r"(?<=\.)\s+(?=[A-Z`*])", words)
    return [sentence for sentence in found if sentence]


def promises(port: type) -> list[str]:
    """Return every sentence of a port, after the name of its method."""
    found = [f"{port.__name__}: {sentence}" for sentence in sentences(port.__doc__ or "")]
    for name, member in vars(port).items():
        text = getattr(getattr(member, "fget", member), "__doc__", None)
        if not name.startswith("_") and text:
            found += [f"{name}: {sentence}" for sentence in sentences(text)]
    return found


@pytest.mark.parametrize(
    ("port", "shown"),
    [
        (Backend, BACKEND),
        (ArtifactStore, ARTIFACTS),
        (TextProvider, TEXTS),
        (SectionWriterPort, SECTIONS),
    ],
    ids=["rows", "files", "texts", "sections"],
)
def test_every_sentence_is_shown(port: type, shown: dict[str, tuple[str, ...]]) -> None:
    """A sentence that is added, or changed, names the case that shows it."""
    assert [promise for promise in promises(port) if not shown.get(promise)] == []
    assert [promise for promise in shown if promise not in promises(port)] == []


@pytest.mark.parametrize(
    ("shown", "kit"),
    [
        (BACKEND, case_names()),
        (ARTIFACTS, [n for n in dir(ArtifactStoreConformance) if n.startswith("test_")]),
        (TEXTS, [n for n in dir(TextProviderConformance) if n.startswith("test_")]),
        (SECTIONS, [n for n in dir(SectionWriterConformance) if n.startswith("test_")]),
    ],
    ids=["rows", "files", "texts", "sections"],
)
def test_every_case_that_is_named_is_there(
    shown: dict[str, tuple[str, ...]], kit: list[str]
) -> None:
    """In the kit, or under a path of these tests."""
    named = {case for cases in shown.values() for case in cases}

    assert [case for case in named if "::" not in case and case not in kit] == []
    for path, _, test in (case.partition("::") for case in named if "::" in case):
        assert f"def {test}(" in (TESTS / path).read_text("utf-8"), (path, test)


def test_sentences_are_told_apart() -> None:
    """By full stops, paragraphs, arguments and errors."""
    text = """
    One, of `two.three`. Another
    goes on.

    Raises:
        First: It is so.
        Second: It is
            otherwise.
    """

    assert sentences(text) == [
        "One, of `two.three`.",
        "Another goes on.",
        "First: It is so.",
        "Second: It is otherwise.",
    ]
