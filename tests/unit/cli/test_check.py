"""`aicmo check`: what it prints, where, and with which code it ends."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from aicmo_core.checks import contract_of, read_api, save_contract
from aicmo_core.cli import exits
from aicmo_core.cli.main import aicmo

PLUGIN = "print('loud')\n"
INSIDE = "from aicmo_core.{} import x\n"
SHRINK = ("--baseline", "known.json", "--update-baseline")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder `barrels` of a package that is not installed, in the working directory."""
    monkeypatch.chdir(tmp_path)
    made = tmp_path / "barrels"
    made.mkdir()
    (made / "__init__.py").touch()
    (made / "plugin.py").write_text(PLUGIN)
    yield made
    for name in [n for n in sys.modules if n.partition(".")[0] == "barrels"]:
        del sys.modules[name]


def imports(folder: Path, *floors: str) -> None:
    """Let a file of the package import floors that are none of its business."""
    (folder / "inside.py").write_text("".join(map(INSIDE.format, floors)))


def check(*words: str) -> Result:
    return CliRunner().invoke(aicmo, ["check", *words])


def known() -> list[str]:
    """Return what the baseline holds."""
    data: dict[str, Any] = json.loads(Path("known.json").read_text())
    return [breach["key"] for breach in data["breaches"]]


@pytest.mark.parametrize("module", ["delivery", "onboarding", "production", "qc", "strategy"])
def test_a_built_in_module(module: str) -> None:
    """Keeps every boundary."""
    done = check(f"aicmo_core.modules.{module}")

    assert done.exit_code == exits.COMPLETED
    assert done.stdout == f"aicmo_core.modules.{module}: every boundary is kept\n"
    assert "--contract FILE" in done.stderr


def test_a_breach(folder: Path) -> None:
    """Code 1, with file, line, way out and rule; what the package prints is no answer."""
    imports(folder, "kernel", "runtime")

    done = check("barrels")

    assert done.exit_code == exits.UNEXPECTED
    first, second = done.stdout.splitlines()
    assert first == "barrels: breaches: 1 new, 0 known"
    assert second.startswith(f"  {folder / 'inside.py'}:2: imports aicmo_core.runtime.x; ")
    assert second.endswith("[below-the-hooks]")


def test_a_breach_as_json(folder: Path) -> None:
    """One object on stdout, whatever the package prints when it is imported."""
    imports(folder, "runtime")

    done = check("./barrels", "--json")

    assert done.exit_code == exits.UNEXPECTED
    answer = json.loads(done.stdout)
    assert (answer["package"], answer["clean"], answer["contract"]) == ("barrels", False, None)
    assert [f["key"] for f in answer["new"]] == ["barrels.inside: aicmo_core.runtime.x"]
    assert "loud" in done.stderr


def test_a_first_baseline(folder: Path) -> None:
    """Holds what is breached today, and the next check passes."""
    imports(folder, "runtime", "backends")

    made = check("barrels", *SHRINK)
    later = check("barrels", "--baseline", "known.json")

    assert (made.exit_code, later.exit_code) == (exits.COMPLETED, exits.COMPLETED)
    assert made.stdout == later.stdout == "barrels: breaches: 0 new, 2 known\n"
    assert known() == [
        "barrels.inside: aicmo_core.backends.x",
        "barrels.inside: aicmo_core.runtime.x",
    ]


def test_a_new_breach_beside_known_ones(folder: Path) -> None:
    """Fails, and an update does not take it in."""
    imports(folder, "runtime")
    check("barrels", *SHRINK)
    imports(folder, "runtime", "runtime", "backends")
    before = Path("known.json").read_bytes()

    done = check("barrels", "--baseline", "known.json")
    updated = check("barrels", *SHRINK)

    assert (done.exit_code, updated.exit_code) == (exits.UNEXPECTED, exits.UNEXPECTED)
    assert done.stdout.startswith("barrels: breaches: 2 new, 1 known\n")
    assert Path("known.json").read_bytes() == before


def test_a_breach_that_is_gone(folder: Path) -> None:
    """Fails until it is taken off the baseline, by the command that is named."""
    imports(folder, "runtime", "backends")
    check("barrels", *SHRINK)
    imports(folder, "backends")

    done = check("barrels", "--baseline", "known.json")
    words = done.stdout.splitlines()[-1].removeprefix("run: aicmo check ").split()
    unchanged = known()
    updated = check(*words)

    assert done.exit_code == exits.UNEXPECTED
    assert "  barrels.inside: aicmo_core.runtime.x [below-the-hooks]" in done.stdout.splitlines()
    assert len(unchanged) == 2
    assert updated.exit_code == exits.COMPLETED
    assert known() == ["barrels.inside: aicmo_core.backends.x"]


def test_gone_and_new_at_once(folder: Path) -> None:
    """The baseline shrinks, and what is new still fails."""
    imports(folder, "runtime")
    check("barrels", *SHRINK)
    imports(folder, "backends")

    done = check("barrels", *SHRINK, "--json")

    assert done.exit_code == exits.UNEXPECTED
    answer = json.loads(done.stdout)
    assert [len(answer[part]) for part in ("new", "known", "gone")] == [1, 0, 0]
    assert known() == []


def test_a_baseline_that_is_not_there(folder: Path) -> None:
    """Is not taken for an empty one."""
    done = check("barrels", "--baseline", "known.json", "--json")

    assert done.exit_code == exits.REFUSED
    assert json.loads(done.stdout)["error"]["type"] == "UnreadableInput"
    assert "--update-baseline makes it" in done.stderr
    assert not Path("known.json").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"package": "casks", "breaches": []}', "of casks, not of barrels"),
        ('{"package": "barrels", "breaches": [{"rule": 3}]}', "$.breaches[0]"),
        ('{"package": "barrels",', "known.json, line 1"),
    ],
    ids=["another's", "of another shape", "torn"],
)
@pytest.mark.usefixtures("folder")
def test_a_baseline_that_is_none(text: str, said: str) -> None:
    """Is refused and left as it is, also where it was to be updated."""
    Path("known.json").write_text(text)

    done = check("barrels", *SHRINK)

    assert done.exit_code == exits.REFUSED
    assert said in done.stderr
    assert Path("known.json").read_text() == text


@pytest.mark.usefixtures("folder")
def test_an_update_of_no_baseline() -> None:
    """Is wrong usage."""
    done = check("barrels", "--update-baseline")

    assert done.exit_code == exits.REFUSED
    assert "needs --baseline FILE" in done.stderr


def test_a_broken_promise(tmp_path: Path) -> None:
    """Fails, and no baseline takes it in."""
    released, baseline = tmp_path / "contract.json", tmp_path / "known.json"
    save_contract(contract_of(read_api("aicmo_core.modules.strategy.api")), released)
    words = ("--contract", str(released), "--baseline", str(baseline), "--update-baseline")

    kept = check("aicmo_core.modules.strategy", *words)
    broken = check("aicmo_core.modules.qc", *words[:2], "--json")
    taken = check("aicmo_core.modules.qc", *words[:3], str(tmp_path / "qc.json"), words[4])

    assert (kept.exit_code, kept.stderr) == (exits.COMPLETED, "")
    assert (broken.exit_code, taken.exit_code) == (exits.UNEXPECTED, exits.UNEXPECTED)
    answer = json.loads(broken.stdout)
    assert answer["contract"] == str(released)
    assert {f["rule"] for f in answer["new"]} == {"contract-compatible"}
    assert json.loads((tmp_path / "qc.json").read_text())["breaches"] == []


@pytest.mark.parametrize(
    ("place", "kind"),
    [("barels", "NotFound"), ("./barels", "NotFound"), ("json", "PackageUncheckable")],
)
def test_a_package_that_cannot_be_checked(place: str, kind: str) -> None:
    """Code 2, and what it is."""
    done = check(place, "--json")

    assert done.exit_code == exits.REFUSED
    assert json.loads(done.stdout)["error"]["type"] == kind


def test_a_package_that_does_not_import(folder: Path) -> None:
    """Code 2, with the reason; the path is as it was."""
    (folder / "plugin.py").write_text("raise SystemExit(0)\n")
    before = list(sys.path)

    done = check("barrels")

    assert done.exit_code == exits.REFUSED
    assert "importing barrels.plugin raised SystemExit: 0" in done.stderr
    assert sys.path == before
