"""
A reader of the documentation, who begins in an empty folder and does what a page says.

The reader has a virtual environment, in which nothing is installed but what the page
installs; a page that does not make one begins in one with the library. What is printed
is run as it is printed, `python3 -m venv` and `pip install` included. There is no package
index: pip is told, by its own environment variables, of a wheel that was built from these
sources, and what the library needs is seen by way of PYTHONPATH.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from attrs import Factory, define, field, frozen

from scenarios.pages import ROOT, Block, shows, split_console

_CLONED = ("pyproject.toml", "README.md", "LICENSE", "src", "docs/examples")
_OWN = ("aicmo", "_editable_impl_aicmo", "__editable__")
_TIME_LIMIT = 300
_PIP = """\
#!{python}
import sys
from pip._internal.cli.main import main
sys.exit(main())
"""


@frozen
class Shelf:
    """
    What all readers share: a wheel of the library, and the libraries that it needs.

    Attributes:
        wheels: The folder of the wheel.
        needed: A folder on the path of imports.
    """

    wheels: Path
    needed: Path

    @classmethod
    def of(cls, folder: Path) -> Shelf:
        """Return the shelf in a folder that was filled."""
        return cls(folder / "wheels", folder / "needed")

    @classmethod
    def fill(cls, folder: Path) -> None:
        """Build the wheel, and link what is installed here, this project's own left out."""
        shelf = cls.of(folder)
        shelf.needed.mkdir(parents=True)
        for site in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
            for entry in Path(site).iterdir():
                if not entry.name.startswith(_OWN) and entry.suffix not in (".pth", ".egg-link"):
                    (shelf.needed / entry.name).symlink_to(entry)
        building = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]
        pip = [sys.executable, "-m", "pip", *building, str(shelf.wheels), str(ROOT)]
        _checked(pip, folder, dict(os.environ))


@define
class Reader:
    """
    Somebody who follows one page.

    Attributes:
        folder: Where the page is followed; empty at first.
        around: What lies beside it: what the shell knows, and a clone if one is needed.
        environment: The virtual environment; one that is only used may be that of others, too.
        given: Environment variables that the page takes for granted.
        printed: The output of the block before.
        where: The working directory in which that block ended.
    """

    shelf: Shelf
    folder: Path
    around: Path
    environment: Path
    given: dict[str, str] = field(factory=dict)
    printed: str = field(default="", init=False)
    where: Path = field(init=False, default=Factory(lambda self: self.folder, takes_self=True))

    def install(self, *, library: bool) -> None:
        """Make the virtual environment that the reader has from the beginning."""
        making = [sys.executable, "-m", "venv", "--without-pip", str(self.environment)]
        _checked(making, self.around, dict(os.environ))
        python = self.environment / "bin" / "python"
        pip = self.environment / "bin" / "pip"
        pip.write_text(_PIP.format(python=python))
        pip.chmod(0o755)
        if library:
            _checked([str(pip), "install", "--quiet", "aicmo_core"], self.folder, self._variables())

    def do(self, block: Block) -> None:
        """Write, run or compare one block; what is not as the page says is an AssertionError."""
        if block.mark == "in a clone":
            self.where = self._clone()
        if block.mark == "file":
            self._write(block)
        elif block.mark == "printed":
            assert shows(block.text, self.printed), f"{block.text}\nprinted\n{self.printed}"
        elif block.is_run and block.kind == "python":
            self.printed = self._run(block, "python -", block.text)
        elif block.is_run:
            script, shown = split_console(block.text)
            self.printed = self._run(block, script)
            if shown:
                assert shows(shown, self.printed), f"{block.text}\nprinted\n{self.printed}"

    def _write(self, block: Block) -> None:
        place = self.where / block.said
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(block.text, "utf-8")
        if block.kind == "python":
            compile(block.text, block.said, "exec")

    def _run(self, block: Block, script: str, text: str = "") -> str:
        """Run a script where, and with the variables with which, the one before it ended."""
        variables, place = self.around / "variables.sh", self.around / "place"
        before = f". {variables}\n" if variables.exists() else ""
        after = f"trap 'declare -px > {variables}; pwd > {place}' EXIT\n"
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", f"{before}{after}{script}"],
            cwd=self.where,
            env=self._variables(),
            input=text.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_TIME_LIMIT,
            check=False,
        )
        if place.exists():
            self.where = Path(place.read_text().rstrip("\n"))
        printed = done.stdout.decode()
        wanted = int(block.said) if block.mark == "exits" else 0
        assert done.returncode == wanted, f"{block.text}\nended with {done.returncode}:\n{printed}"
        return printed

    def _clone(self) -> Path:
        clone = self.around / "clone"
        ignored = shutil.ignore_patterns("__pycache__", ".*_cache", ".hypothesis")
        for part in _CLONED if not clone.exists() else ():
            (clone / part).parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, clone / part, ignore=ignored)
            else:
                shutil.copy(ROOT / part, clone / part)
        return clone

    def _variables(self) -> dict[str, str]:
        """Return the environment: nothing that is installed beside it can be reached by name."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("AICMO_", "PIP_"))}
        here = Path(sys.executable).parent
        path = [p for p in kept.get("PATH", "").split(os.pathsep) if Path(p) != here]
        return {
            **kept,
            "PATH": os.pathsep.join([str(self.environment / "bin"), *path]),
            "PYTHONPATH": str(self.shelf.needed),
            "AICMO_DOCUMENTS": "none",  # typst is seen, and a page that needs it says so
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.shelf.wheels),
            "PIP_NO_BUILD_ISOLATION": "0",  # pip reads the value of an option called `no` so
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            **self.given,
        }


def _checked(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_TIME_LIMIT,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}"
