"""
What a backend has shown, written down: which level it reaches, and what stood in its way.

`AICMO_CERTIFICATE=kit.json pytest` writes one; without the variable nothing is written.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import sys
from collections.abc import Generator
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import pytest
from attrs import define, field, frozen

from aicmo_core.testing.conformance.levels import Level, kit_cases

CERTIFICATE = "AICMO_CERTIFICATE"
"""The environment variable that names the file."""

KIT_VERSION = "1.0"
"""Of the cases: raised with each that is added or moved to another level."""


class Verdict(IntEnum):
    """What became of a case; of several runs of one case the highest counts."""

    LEFT_OUT = 0
    PASSED = 1
    FAILED = 2


@frozen
class Origin:
    """
    Where a backend comes from.

    Attributes:
        backend: Its class.
        distribution: What was installed, or None where that is not known.
        version: Of the distribution.
    """

    backend: str | None = None
    distribution: str | None = None
    version: str | None = None

    @classmethod
    def of(cls, backend: type) -> Origin:
        """Look for the distribution among those that offer plugins, then among all."""
        package = backend.__module__.partition(".")[0]
        name = f"{backend.__module__}.{backend.__qualname__}"
        for point in importlib.metadata.entry_points(group="aicmo_core"):
            if point.dist is not None and point.module.partition(".")[0] == package:
                return cls(name, point.dist.name, point.dist.version)
        for found in importlib.metadata.packages_distributions().get(package, ())[:1]:
            return cls(name, found, importlib.metadata.version(found))
        return cls(name)


@define
class Certificate:
    """
    What one suite has shown in one run of pytest.

    A case counts only as the kit wrote it: one that was skipped, deselected or replaced
    shows nothing, and one that is expected to fail has failed.

    Attributes:
        suite: The class that joins the kit.
        origin: Where its backend comes from.
        verdicts: By the name of a case; those that are missing were left out.
    """

    suite: Any
    origin: Origin = Origin()
    verdicts: dict[str, Verdict] = field(factory=dict)

    def note(self, case: str, verdict: Verdict) -> None:
        """Take down what became of a case, or of one more run of it."""
        self.verdicts[case] = max(verdict, self.verdict(case))

    def verdict(self, case: str) -> Verdict:
        return self.verdicts.get(case, Verdict.LEFT_OUT)

    @property
    def level(self) -> Level | None:
        """The highest claimed level of which, and below which, each case has passed."""
        reached = None
        for level in Level:
            passed = all(self.verdict(c) is Verdict.PASSED for c in self._cases(level))
            if not passed or not self.suite.level.includes(level):
                break
            reached = level
        return reached

    def merge(self, earlier: dict[str, Any]) -> None:
        """Add what another worker of the same run has written of this suite."""
        if self.origin == Origin():
            known = (earlier[name] for name in ("backend", "distribution", "version"))
            self.origin = Origin(*known)
        for name, part in earlier["cases"].items():
            for case in set(self._cases(Level(name))) - set(part["left_out"]):
                failed = case in part["failed"]
                self.note(case, Verdict.FAILED if failed else Verdict.PASSED)

    def as_json(self) -> dict[str, Any]:
        reached = self.level
        return {
            "suite": _name(self.suite),
            "backend": self.origin.backend,
            "distribution": self.origin.distribution,
            "version": self.origin.version,
            "claims": self.suite.level.value,
            "level": None if reached is None else reached.value,
            "cases": {level.value: self._part(level) for level in Level},
        }

    def _part(self, level: Level) -> dict[str, Any]:
        cases = self._cases(level)
        return {
            "passed": sum(self.verdict(case) is Verdict.PASSED for case in cases),
            "failed": [case for case in cases if self.verdict(case) is Verdict.FAILED],
            "left_out": [case for case in cases if self.verdict(case) is Verdict.LEFT_OUT],
        }

    def _cases(self, level: Level) -> list[str]:
        return sorted(n for n, case in kit_cases(self.suite).items() if case.level is level)


class Recorder:
    """Hears of every case that runs, and writes the certificates when the session ends."""

    def __init__(self, path: Path, run: str) -> None:
        self._path = path
        self._run = run
        self._certificates: dict[type, Certificate] = {}

    def expect(self, suite: type) -> None:
        """Certify *suite*, even if none of its cases runs."""
        self._certificates.setdefault(suite, Certificate(suite))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if isinstance(item, pytest.Function) and item.cls in self._certificates:
            self._hear(item, report)
        return report

    def _hear(self, item: pytest.Function, report: pytest.TestReport) -> None:
        certificate = self._certificates[item.cls]
        if certificate.origin == Origin() and "backend" in item.funcargs:
            certificate.origin = Origin.of(type(item.funcargs["backend"]))
        case = item.originalname
        if item.function is kit_cases(item.cls).get(case):
            certificate.note(case, _verdict(report))

    def pytest_sessionfinish(self) -> None:
        """Write; other workers of this run may do so at the same time."""
        with open(self._path, "a+", encoding="utf-8") as file:
            _lock(file)
            file.seek(0)
            earlier = _read(file.read())
            if earlier.get("run") != self._run:
                earlier = {"backends": []}
            text = json.dumps(self._document(earlier["backends"]), indent=2)
            file.truncate(0)
            file.write(text + "\n")

    def _document(self, earlier: list[dict[str, Any]]) -> dict[str, Any]:
        parts = {part["suite"]: part for part in earlier}
        for suite, certificate in self._certificates.items():
            if _name(suite) in parts:
                certificate.merge(parts[_name(suite)])
            parts[_name(suite)] = certificate.as_json()
        return {
            "run": self._run,
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "library": importlib.metadata.version("aicmo_core"),
            "kit": KIT_VERSION,
            "python": f"{platform.python_implementation()} {platform.python_version()}",
            "platform": platform.platform(),
            "backends": [parts[name] for name in sorted(parts)],
        }


def certify(suite: type, config: pytest.Config) -> None:
    """
    Let *suite* be certified in this session, if the environment asks for certificates.

    Raises:
        pytest.UsageError: The file that it names cannot be there.
    """
    if not os.environ.get(CERTIFICATE):
        return
    recorder = config.pluginmanager.get_plugin("aicmo-certificate")
    if recorder is None:
        # All workers of one distributed run share an id, and so one file.
        run = getattr(config, "workerinput", {}).get("testrunuid") or uuid4().hex
        recorder = Recorder(_path(config), run)
        config.pluginmanager.register(recorder, "aicmo-certificate")
    recorder.expect(suite)


def _path(config: pytest.Config) -> Path:
    path = config.invocation_params.dir / os.environ[CERTIFICATE]
    if not path.parent.is_dir() or path.is_dir():
        problem = "is a folder" if path.is_dir() else f"lies in {path.parent}, which is no folder"
        raise pytest.UsageError(f"{CERTIFICATE}: {path} {problem}; name a file in one that exists")
    return path


def _verdict(report: pytest.TestReport) -> Verdict:
    if report.failed or hasattr(report, "wasxfail"):
        return Verdict.FAILED
    ran = report.passed and report.when == "call"
    return Verdict.PASSED if ran else Verdict.LEFT_OUT


def _name(suite: type) -> str:
    return f"{suite.__module__}.{suite.__qualname__}"


def _read(text: str) -> dict[str, Any]:
    """Return an earlier certificate; nothing for a file that is new or holds something else."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _lock(file: IO[str]) -> None:
    """Wait until no other worker writes; closing the file lets the next one in."""
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)
