"""Which package a name or a folder means; nothing of it is imported to find out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import aicmo_core
from aicmo_core.checks import PackageUncheckable, locate
from aicmo_core.kernel.errors import NotFound

LIBRARY = Path(aicmo_core.__file__).parent


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def package(folder: Path) -> Path:
    """Make a package that must not be imported."""
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise SystemExit")
    return folder


def test_dotted_name() -> None:
    """It is where it would be imported from, and needs nothing on the path."""
    found = locate("aicmo_core.modules.qc")

    assert (found.folder, found.root) == (LIBRARY / "modules" / "qc", None)


def test_folder_of_an_installed_package() -> None:
    """Its name begins where its packages do."""
    found = locate(str(LIBRARY / "modules" / "qc"))

    assert (found.package, found.root) == ("aicmo_core.modules.qc", LIBRARY.parent)


@pytest.mark.parametrize("text", ["cellar_wines", "./cellar_wines", "cellar_wines/"])
def test_folder_that_is_not_installed(away: Path, text: str) -> None:
    """What lies beside it is on the path within the block, and not after it."""
    package(away / "cellar_wines")
    before = list(sys.path)

    found = locate(text)

    assert (found.package, found.root) == ("cellar_wines", away)
    with found.importable():
        assert sys.path == [str(away), *before]
    assert sys.path == before
    assert "cellar_wines" not in sys.modules


@pytest.mark.parametrize("place", ["src/cellar_wines", "cellar_wines"])
def test_folder_of_a_distribution(away: Path, place: str) -> None:
    """Stands for the one package in it."""
    folder = package(away / "cellar" / place)
    (away / "cellar" / "docs").mkdir()

    assert locate("cellar").folder == folder
    assert locate(str(away / "cellar")).package == "cellar_wines"


def test_working_directory(away: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Can be the package itself."""
    monkeypatch.chdir(package(away / "cellar_wines"))

    assert locate(".").package == "cellar_wines"


def test_folder_with_several_packages(away: Path) -> None:
    """Says which one may be meant, and takes none by chance."""
    for name in ("red", "white"):
        package(away / "cellar" / "src" / name)

    with pytest.raises(PackageUncheckable, match="in it: src/red, src/white"):
        locate("./cellar")


@pytest.mark.parametrize("name", ["my-cellar", "cellar.d", "class is"])
def test_folder_whose_name_is_no_name(away: Path, name: str) -> None:
    """Nobody could import it."""
    package(away / name)

    with pytest.raises(PackageUncheckable, match="which cannot be imported"):
        locate(f"./{name}")


@pytest.mark.parametrize(
    "text", ["", "cellar", "cellar.wines", "a..b", "./cellar", "aicmo_core.modules.qd", "\0", "é/"]
)
def test_package_that_is_not_there(away: Path, text: str) -> None:
    """Is an error that says its name."""
    with pytest.raises(NotFound, match="there is no package"):
        locate(text)


def test_package_that_another_one_hides(away: Path) -> None:
    """What is checked is the folder that was named, or nothing."""
    found = locate(str(package(away / "aicmo_core")))

    with pytest.raises(PackageUncheckable, match="imported before it"), found.importable():
        pytest.fail("the library was taken for it")  # pragma: no cover
