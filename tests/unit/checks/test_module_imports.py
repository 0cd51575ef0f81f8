"""What a module may import, told from its source."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

import pytest

from aicmo_core.checks import check_imports


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a module's package, which nothing ever imports."""
    monkeypatch.syspath_prepend(tmp_path)
    for folder in ("tasting/api", "tasting/internal", "other/api", "other/internal", "vendored"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path / "tasting"


def findings(package: Path, text: str, file: str = "internal/adapters.py") -> list[str]:
    (package / file).write_text(dedent(text))
    return [f.rule for f in check_imports("tasting")]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("import other.internal.adapters", "foreign-internal"),
        ("from other import internal", "foreign-internal"),
        ("from other.internal.collections import THINGS", "foreign-internal"),
        ("import other.plugin", "foreign-internal"),
        ("from aicmo_core.modules.qc.internal.collections import QC_RESULTS", "foreign-internal"),
        ("from aicmo_core.modules.qc import internal as inside", "foreign-internal"),
        ("def late():\n    from other.internal import x", "foreign-internal"),
        ("if TYPE_CHECKING:\n    from other.internal import x", "foreign-internal"),
        ("importlib.import_module('other.internal')", "foreign-internal"),
        ("__import__('other.internal')", "foreign-internal"),
        ("from ...other.internal import x", "foreign-internal"),
        ("from aicmo_core.runtime.services import Services", "below-the-hooks"),
        ("from aicmo_core import runtime", "below-the-hooks"),
        ("import aicmo_core.backends.memory", "below-the-hooks"),
        ("from aicmo_core.providers.clock import SystemClock", "below-the-hooks"),
        ("from aicmo_core.storage.codec import _compile", "private-name"),
    ],
)
def test_forbidden_import_is_found(package: Path, text: str, rule: str) -> None:
    """Wherever it stands, however it is spelled."""
    assert findings(package, text) == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "from other.api import Port",
        "from aicmo_core.modules.qc.api import QcQueryPort",
        "from aicmo_core.storage import Collection",
        "from aicmo_core.hooks import provides",
        "from tasting.internal import rules",
        "from . import rules",
        "import vendored.internal",
        "from __future__ import annotations",
        "import os",
    ],
)
def test_allowed_import_is_not_found(package: Path, text: str) -> None:
    """Its own inside, the api of others, the library's floors; a package without an api is none."""
    assert findings(package, text) == []


@pytest.mark.parametrize("text", ["from tasting.internal import x", "from ..plugin import hook"])
def test_api_does_not_know_its_own_inside(package: Path, text: str) -> None:
    """What it hands out is declared in it."""
    assert findings(package, text, "api/ports.py") == ["api-knows-internals"]


def test_finding_names_file_line_and_way_out(package: Path) -> None:
    """Nobody has to search."""
    (package / "internal" / "adapters.py").write_text("import os\nimport other.internal\n")

    (finding,) = check_imports("tasting")

    assert finding.place == f"{package / 'internal' / 'adapters.py'}:2"
    assert "ask a port of other.api" in str(finding)


def test_reading_imports_nothing(package: Path) -> None:
    """A check of a stranger's package runs none of it."""
    (package / "__init__.py").write_text("raise SystemExit")

    assert check_imports("tasting") == []
    assert "tasting" not in sys.modules


def test_package_that_is_not_there() -> None:
    """A misspelled name is no clean bill."""
    with pytest.raises(ModuleNotFoundError, match="tastingz"):
        check_imports("tastingz")
    with pytest.raises(ModuleNotFoundError, match=r"aicmo_core\.modules\.tasting"):
        check_imports("aicmo_core.modules.tasting")
