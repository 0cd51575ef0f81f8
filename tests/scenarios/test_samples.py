"""
The briefs that are shipped, run to packages, and the packages judged by another reader.

The reader shares no code with quality control: it knows only the delivered files.
"""

from __future__ import annotations

import csv
import json
import os
import re
import zipfile
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from aicmo_core.modules.production.api import SectionKind
from aicmo_core.modules.production.internal.catalogue import catalogue
from scenarios.command_line import run

SHIPPED = sorted(
    str(path)
    for path in Path(str(files("aicmo_core.samples"))).iterdir()
    if path.suffix in (".json", ".yaml")
)
SHARED = Path(
    os.environ.get("AICMO_SHARED_DATA", Path(__file__).parents[2].parent / "shared" / "data")
)
COMPLETE = [path for path in SHIPPED if "incomplete" not in path]
INCOMPLETE = [path for path in SHIPPED if "incomplete" in path]


def brief(path: str) -> dict[str, Any]:
    text = Path(path).read_text()
    data: dict[str, Any] = json.loads(text) if path.endswith(".json") else yaml.safe_load(text)
    return data


def plain(text: str) -> str:
    """Return text without Markdown's escapes, for looking words up."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def mentions(text: str, words: str) -> int:
    """Count *words* as whole words, in any case and with any blanks between them."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    return len(re.findall(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE))


class Package:
    """A delivered folder, read by its files alone."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)
        self.report = plain((self.folder / "report.md").read_text())
        self.sections = re.findall(r"^## (.+)$", self.report, re.MULTILINE)
        with (self.folder / "calendar.csv").open(encoding="utf-8-sig", newline="") as file:
            self.posts = list(csv.DictReader(file))
        self.days = {d for post in self.posts for d in post.values() if _is_day(d)}
        self.manifest = json.loads((self.folder / "manifest.json").read_text())


def _is_day(text: str | None) -> bool:
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}", text or "") is not None


def shortcomings(package: Package, data: dict[str, Any]) -> list[str]:
    """Return what the package lacks of what the order asks for, in words."""
    asked = data.get("acceptance", {})
    brand = " ".join(data["responses"]["brand_name"].split())
    found = [
        f"required term {term!r} is missing"
        for term in asked.get("required_terms", [])
        if not mentions(package.report, term)
    ]
    found += [
        f"forbidden term {term!r} is there"
        for term in asked.get("forbidden_terms", [])
        if mentions(package.report, term)
    ]
    for what, least, number in (
        ("brand mentions", asked.get("min_brand_mentions", 0), mentions(package.report, brand)),
        ("sections", asked.get("min_sections", 0), len(package.sections)),
        ("calendar days", asked.get("min_calendar_days", 0), len(package.days)),
    ):
        if number < least:
            found.append(f"{number} {what}, and {least} were asked for")
    if asked.get("must_have_calendar") and not package.posts:
        found.append("there is no calendar")
    for kind in (SectionKind(k.removeprefix("must_have_")) for k in asked if k[:5] == "must_"):
        counted = {s.title for s in catalogue().sections.values() if kind in s.kinds}
        if not counted.intersection(package.sections):
            found.append(f"no section is {kind}")
    for entry in package.manifest["files"]:
        data_there = (package.folder / entry["path"]).read_bytes()
        if (len(data_there), sha256(data_there).hexdigest()) != (entry["size"], entry["sha256"]):
            found.append(f"{entry['path']} is not what the manifest says")
    return found


@pytest.fixture(scope="module", params=COMPLETE, ids=lambda p: Path(p).stem)
def delivered(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Package, dict[str, Any]]:
    """A sample's package, and the sample."""
    done = run(request.param, "--json", folder=tmp_path_factory.mktemp("sample"))
    assert done.code == 0, done.out + done.err
    return Package(done.json["package"]), brief(request.param)


def test_a_sample_meets_its_acceptance(delivered: tuple[Package, dict[str, Any]]) -> None:
    """Terms, brand mentions, sections, calendar days and hashes, by another reader."""
    package, data = delivered

    assert shortcomings(package, data) == []


def test_a_sample_is_about_its_client(delivered: tuple[Package, dict[str, Any]]) -> None:
    """The report names the brand and a product, and the archive holds what the folder does."""
    package, data = delivered

    products = data["responses"].get("products", [])
    assert mentions(package.report, " ".join(data["responses"]["brand_name"].split()))
    assert not products or any(mentions(package.report, product) for product in products)
    with zipfile.ZipFile(package.folder / "package.zip") as archive:
        for name in archive.namelist():
            assert archive.read(name) == (package.folder / name).read_bytes()


def test_the_reader_sees_what_is_wrong(delivered: tuple[Package, dict[str, Any]]) -> None:
    """Each thing that it looks for can fail."""
    package, data = delivered
    there = {
        k for s in catalogue().sections.values() if s.title in package.sections for k in s.kinds
    }
    absent = next(kind for kind in SectionKind if kind not in there)
    asked = {
        "required_terms": ["a term that nobody writes"],
        "forbidden_terms": [data["responses"]["brand_name"]],
        "min_brand_mentions": 10_000,
        "min_sections": 1000,
        "min_calendar_days": 1000,
        f"must_have_{absent.value}": True,
    }

    assert len(shortcomings(package, data | {"acceptance": asked})) == len(asked)


@pytest.mark.parametrize("path", INCOMPLETE, ids=lambda p: Path(p).stem)
def test_an_incomplete_sample_gets_its_questions(tmp_path: Path, path: str) -> None:
    """Everything that it notes as missing is asked about."""
    asks_about(path, tmp_path)


def asks_about(path: str, folder: Path) -> None:
    done = run(path, "--json", folder=folder)
    questions = done.json["error"]["clarifications"]
    assert done.code == 2
    for about in brief(path)["acceptance"]["about"]:
        assert any(about in q["question_id"] for q in questions), about


shared_only = pytest.mark.skipif(
    not (SHARED / "intakes").is_dir(), reason=f"there are no intakes in {SHARED}"
)


ORDERED = sorted(map(str, (SHARED / "intakes").glob("*.json")))
UNANSWERED = [p for p in ORDERED if brief(p)["acceptance"].get("expect") == "clarifications"]
ANSWERED = [p for p in ORDERED if p not in UNANSWERED]


@shared_only
@pytest.mark.parametrize("path", ANSWERED, ids=lambda p: Path(p).stem)
def test_a_shared_brief_meets_its_acceptance(tmp_path: Path, path: str) -> None:
    """Briefs that the project did not write itself, each with every section of its pack."""
    ordered = json.loads((SHARED / "packs.json").read_text())[brief(path)["pack"]]

    done = run(path, "--json", folder=tmp_path)

    assert done.code == 0, done.out + done.err
    package = Package(done.json["package"])
    assert shortcomings(package, brief(path)) == []
    assert package.sections == [catalogue().sections[section].title for section in ordered]


@shared_only
@pytest.mark.parametrize("path", UNANSWERED, ids=lambda p: Path(p).stem)
def test_a_shared_incomplete_brief_gets_its_questions(tmp_path: Path, path: str) -> None:
    """Everything that it notes as missing is asked about."""
    asks_about(path, tmp_path)


@shared_only
def test_the_shared_packs_are_the_ones_that_are_made() -> None:
    """Their sections in their order."""
    packs = json.loads((SHARED / "packs.json").read_text())

    assert {name: list(catalogue().pack(name).sections) for name in packs} == packs
