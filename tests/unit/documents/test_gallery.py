"""The gallery shows what lies in its folder, and is small."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[3] / "docs"


def test_every_picture_is_shown_and_none_is_missing() -> None:
    """With words for those who do not see it."""
    shown = re.findall(r"!\[(.+?)\]\(gallery/(.+?)\)", (DOCS / "gallery.md").read_text("utf-8"))

    assert sorted(name for _, name in shown) == sorted(
        p.name for p in (DOCS / "gallery").glob("*.png")
    )
    assert len({name.partition("-")[0] for _, name in shown}) == 3


def test_pictures_are_small() -> None:
    """Whoever clones the repository has them for ever."""
    assert sum(p.stat().st_size for p in (DOCS / "gallery").glob("*.png")) < 500_000
