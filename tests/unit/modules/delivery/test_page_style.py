"""The style of the page: readable, on a narrow screen and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

from attrs import frozen

SHEET = files("aicmo_core.modules.delivery.internal.page").joinpath("page.css").read_text("utf-8")
COVER = (".cover", ".eyebrow", ".glance")
"""What begins like this stands on the cover's colour."""
DECORATION = ".glance li::before"


@frozen
class Rule:
    """Selectors and what is declared for them; *media* is empty where it holds always."""

    media: str
    selectors: tuple[str, ...]
    declared: dict[str, str]


def rules(sheet: str, media: str = "") -> Iterator[Rule]:
    """Yield the rules of a style sheet whose blocks are nested once at most."""
    for found in re.finditer(r"([^{}]+)\{((?:[^{}]|\{[^{}]*\})*)\}", sheet):
        head, body = found[1].strip(), found[2]
        if head.startswith("@media"):
            yield from rules(body, head.removeprefix("@media").strip())
        else:
            pairs = (line.partition(":") for line in body.split(";") if ":" in line)
            declared = {name.strip(): value.strip() for name, _, value in pairs}
            yield Rule(media, tuple(one.strip() for one in head.split(",")), declared)


RULES = tuple(rules(re.sub(r"/\*.*?\*/", "", SHEET, flags=re.DOTALL)))
NAMED = next(rule.declared for rule in RULES if rule.selectors == (":root",))


def resolved(value: str) -> str:
    """Return a colour as six digits."""
    value = re.sub(r"var\((--\w+)\)", lambda found: NAMED[found[1]], value)
    digits = value.removeprefix("#")
    assert re.fullmatch("[0-9a-f]{3}|[0-9a-f]{6}", digits), value
    return digits if len(digits) == 6 else "".join(2 * digit for digit in digits)


def luminance(colour: str) -> float:
    """Return the relative luminance of sRGB as WCAG 2.2 defines it."""
    shares = [int(resolved(colour)[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(weight * s for weight, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 defines it: 1 to 21."""
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def grounds(rule: Rule, selector: str) -> list[str]:
    """Return the colours that the text of *selector* may stand on."""
    own = rule.declared.get("background")
    if own is not None and own != "none":
        return [own]
    if rule.media == "print":
        return ["#fff"]
    return ["var(--deep)"] if selector.startswith(COVER) else ["var(--paper)", "var(--wash)"]


def test_every_text_can_be_told_from_its_ground() -> None:
    """The contrast is 4.5 at least (WCAG 2.2, 1.4.3), whatever the ground the text can have."""
    coloured = [rule for rule in RULES if "color" in rule.declared]

    assert len(coloured) > 20
    for rule in coloured:
        for selector in rule.selectors:
            if selector == DECORATION:
                continue
            for ground in grounds(rule, selector):
                found = contrast(rule.declared["color"], ground)
                assert found >= 4.5, (selector, ground, round(found, 2))


def test_focus_is_seen_on_every_ground() -> None:
    """The outline of what has the focus has a contrast of 3 (WCAG 2.2, 1.4.11)."""
    (focus,) = [rule for rule in RULES if rule.selectors == (":focus-visible",)]
    colour = focus.declared["outline"].split()[-1]

    assert min(contrast(colour, ground) for ground in ("var(--paper)", "var(--wash)")) >= 3


def test_rules_for_narrow_screens_do_not_reach_paper() -> None:
    """A sheet of paper is as narrow as a tablet: what is for the one has to name it."""
    narrow = {rule.media for rule in RULES if "max-width" in rule.media}

    assert narrow
    assert all(media.startswith("screen and ") for media in narrow)


def test_nothing_is_wider_than_paper() -> None:
    """What scrolls on a screen cannot on paper: each least width is taken back there."""
    least = {s for r in RULES if not r.media and "min-width" in r.declared for s in r.selectors}
    freed = {
        s
        for r in RULES
        if r.media == "print" and r.declared.get("min-width") == "0"
        for s in r.selectors
    }

    # The numbers of the contents are a word wide.
    assert least - {".contents a::before"} == freed


def test_what_belongs_together_is_not_torn_on_paper() -> None:
    """No heading, legend or head of a table is the last of its page; no row is divided."""
    kept = [(r.declared, r.selectors) for r in RULES if r.media == "print"]
    follow = {s for d, many in kept if d.get("break-after") == "avoid" for s in many}
    whole = {s for d, many in kept if d.get("break-inside") == "avoid" for s in many}

    assert follow >= {"h2", "h3", "h4", "h5", "h6", ".legend", "thead"}
    assert whole >= {"tr", "p", "li", ".month", ".drawing"}


def test_colours_of_the_calendar_differ() -> None:
    """Two buckets are told apart by their ground and by their edge."""
    buckets = [r.declared for r in RULES if re.fullmatch(r"\.c\d", r.selectors[0])]

    for part in ("background", "border-color"):
        colours = [bucket[part] for bucket in buckets]
        assert len(set(colours)) == len(colours) == 6
