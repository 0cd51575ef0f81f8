"""What a change of a module's contract asks of its version."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from aicmo_core.checks import Contract, check_compatibility, contract_of, read_api
from aicmo_core.checks import load_contract as load
from aicmo_core.checks import save_contract as save
from aicmo_core.checks.contract import Method, Part

TASTE = Method((Part("wine", "WineId"), Part("notes", "str", required=False)), "TastingDTO")
FIELDS = (Part("wine", "WineId"), Part("score", "int", required=False))
RELEASED = Contract(
    "1.2.0",
    ports={"TastingPort": {"taste": TASTE}},
    records={"TastingDTO": FIELDS},
    enums={"Colour": {"RED": "'red'"}},
    others=("Rule",),
)


def with_method(method: Method) -> Contract:
    return evolve(RELEASED, ports={"TastingPort": {"taste": method}})


def with_fields(*fields: Part) -> Contract:
    return evolve(RELEASED, records={"TastingDTO": fields})


BREAKING = {
    "port removed": evolve(RELEASED, ports={}),
    "method removed": evolve(RELEASED, ports={"TastingPort": {}}),
    "class removed": evolve(RELEASED, records={}),
    "enum removed": evolve(RELEASED, enums={}),
    "member removed": evolve(RELEASED, enums={"Colour": {}}),
    "value changed": evolve(RELEASED, enums={"Colour": {"RED": "'rouge'"}}),
    "name removed": evolve(RELEASED, others=()),
    "field removed": with_fields(FIELDS[0]),
    "type changed": with_fields(FIELDS[0], evolve(FIELDS[1], type="float")),
    "default lost": with_fields(FIELDS[0], evolve(FIELDS[1], required=True)),
    "required field": with_fields(*FIELDS, Part("more", "str")),
    "places swapped": with_fields(*reversed(FIELDS)),
    "field before others": with_fields(Part("more", "str", required=False), *FIELDS),
    "by name only": with_fields(FIELDS[0], evolve(FIELDS[1], by_name=True)),
    "required parameter": with_method(
        evolve(TASTE, parameters=(*TASTE.parameters, Part("more", "str")))
    ),
    "parameter renamed": with_method(
        evolve(TASTE, parameters=(Part("bottle", "WineId"), TASTE.parameters[1]))
    ),
    "returns another": with_method(evolve(TASTE, returns="None")),
}
GROWING = {
    "port added": evolve(RELEASED, ports=RELEASED.ports | {"QueryPort": {}}),
    "method added": evolve(RELEASED, ports={"TastingPort": {"taste": TASTE, "spit": TASTE}}),
    "class added": evolve(RELEASED, records=RELEASED.records | {"WineTasted": ()}),
    "enum added": evolve(RELEASED, enums=RELEASED.enums | {"Size": {}}),
    "member added": evolve(RELEASED, enums={"Colour": {"RED": "'red'", "WHITE": "'white'"}}),
    "name added": evolve(RELEASED, others=("Rule", "Facts")),
    "field added": with_fields(*FIELDS, Part("more", "str", required=False)),
    "field by name": with_fields(Part("more", "str", required=False, by_name=True), *FIELDS),
    "default given": with_fields(evolve(FIELDS[0], required=False), FIELDS[1]),
    "parameter added": with_method(
        evolve(TASTE, parameters=(*TASTE.parameters, Part("more", "str", required=False)))
    ),
}


@pytest.mark.parametrize("changed", BREAKING.values(), ids=BREAKING)
def test_breaking_change_needs_a_major_version(changed: Contract) -> None:
    """A minor one is not enough; the next major one is named."""
    for version in ("1.2.0", "1.2.7", "1.3.0"):
        findings = check_compatibility(RELEASED, evolve(changed, version=version))
        assert findings
        assert all("make it 2.0.0" in f.message for f in findings if "added" not in f.message)

    assert check_compatibility(RELEASED, evolve(changed, version="2.0.0")) == []


@pytest.mark.parametrize("changed", GROWING.values(), ids=GROWING)
def test_addition_needs_a_minor_version(changed: Contract) -> None:
    """A patch is not enough; a minor or major one is."""
    for version in ("1.2.0", "1.2.1"):
        (finding,) = check_compatibility(RELEASED, evolve(changed, version=version))
        assert "make it 1.3.0" in finding.message

    for version in ("1.3.0", "2.0.0"):
        assert check_compatibility(RELEASED, evolve(changed, version=version)) == []


def test_nothing_changed_needs_nothing() -> None:
    """A version may rise all the same."""
    for version in ("1.2.0", "1.2.1", "1.3.0", "2.0.0"):
        assert check_compatibility(RELEASED, evolve(RELEASED, version=version)) == []


def test_version_does_not_fall() -> None:
    """Whatever changed."""
    (finding,) = check_compatibility(RELEASED, evolve(RELEASED, version="1.1.9"))

    assert finding.message == "version 1.1.9 is older than 1.2.0, the last release"


def test_before_the_first_major_version_a_minor_one_may_break() -> None:
    """As semantic versioning has it for 0.x."""
    early = evolve(RELEASED, version="0.4.0")
    broken = evolve(BREAKING["field removed"], version="0.4.1")

    (finding,) = check_compatibility(early, broken)

    assert "make it 0.5.0" in finding.message
    assert check_compatibility(early, evolve(broken, version="0.5.0")) == []


@pytest.mark.parametrize("version", ["", "1", "1.2", "1.2.x", "v1.2.3", "1.2.3-beta", "1.2.٣"])
def test_version_that_is_none(version: str) -> None:
    """Three numbers, and nothing else."""
    (finding,) = check_compatibility(RELEASED, evolve(RELEASED, version=version))

    assert finding.rule == "contract-version"


def test_contract_comes_back_from_its_file(tmp_path: Path) -> None:
    """A real one, with every kind of part."""
    contract = contract_of(read_api("aicmo_core.modules.qc.api"))

    save(contract, tmp_path / "qc.json")

    assert load(tmp_path / "qc.json") == contract
    assert contract.ports["QcQueryPort"]["get_result"] == Method(
        (Part("draft_id", "DraftId"),), "QcResultDTO | None"
    )
    assert Part("issues", "tuple[QcIssueDTO, ...]") in contract.records["QcResultDTO"]
    assert contract.enums["Severity"]["MINOR"] == "'minor'"
