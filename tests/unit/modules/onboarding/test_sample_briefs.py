"""The briefs that the project ships are in order, or ask what they are made to ask."""

import json
from importlib import resources
from typing import Any

import pytest
import yaml

from aicmo_core.kernel import structure
from aicmo_core.modules.onboarding.api import DiscoveryNotesDTO, IntakeFormDTO
from aicmo_core.modules.onboarding.internal.reading import read_form
from aicmo_core.testing.fixtures import MONDAY_MORNING

SAMPLES = sorted(
    entry.name
    for entry in resources.files("aicmo_core.samples").iterdir()
    if entry.name.endswith((".json", ".yaml"))
)
FIELDS = {"client_id", "pack", "source", "responses", "discovery", "acceptance"}


def sample(name: str) -> dict[str, Any]:
    text = resources.files("aicmo_core.samples").joinpath(name).read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text) if name.endswith("yaml") else json.loads(text)
    return loaded


def test_there_are_samples_in_both_formats() -> None:
    """JSON and YAML, one of them incomplete on purpose."""
    assert {name.rpartition(".")[2] for name in SAMPLES} == {"json", "yaml"}
    assert [name for name in SAMPLES if name.startswith("incomplete_")]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_read_or_asked_about(name: str) -> None:
    """A whole one has no open question that blocks; an incomplete one has those it names."""
    brief = sample(name)
    notes = structure(brief["discovery"], DiscoveryNotesDTO) if "discovery" in brief else None

    reading = read_form(IntakeFormDTO(brief["responses"], MONDAY_MORNING), notes, MONDAY_MORNING)

    told = " ".join(f"{c.question_id} {c.message}" for c in reading.clarifications)
    assert set(brief) <= FIELDS
    assert reading.blocked is name.startswith("incomplete_")
    assert all(word in told for word in brief["acceptance"].get("about", []))


def test_the_numbers_of_a_whole_sample_are_read() -> None:
    """Goals, money and deadline."""
    answers = IntakeFormDTO(sample("coffee_roastery.json")["responses"], MONDAY_MORNING)

    reading = read_form(answers, None, MONDAY_MORNING)

    first = reading.objectives[0]
    assert (first.metric, str(first.baseline), str(first.target)) == (
        "bean subscriptions",
        "140",
        "260",
    )
    assert reading.budget is not None
    assert (str(reading.budget.minimum), str(reading.budget.maximum)) == ("300", "500")
