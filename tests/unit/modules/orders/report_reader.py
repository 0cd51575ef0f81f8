"""Reading a report as a strict stranger would: its words, its sentences, its faults."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any


def plain(markdown: str) -> str:
    """Return the words of a report: links of cells, marks and escapes taken away."""
    bare = re.sub(r"(?m)^\|[\s|:-]+\|$", "", markdown)
    bare = re.sub(r"(?m)^(#{1,6} |- )", "", bare).replace("**", "")
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", bare)


def sentences(markdown: str) -> list[str]:
    """Return the sentences, items, hooks and calls; headings, labels and short names left out."""
    found: list[str] = []
    for line in markdown.splitlines():
        if not line.strip() or line.startswith(("#", "| ---")):
            continue
        line = re.sub(r"\*\*[^*]+:\*\*", "", line)
        cells = line.strip("| ").split(" | ")[5:] if line.startswith("|") else [line]
        for cell in cells:
            parts = re.split(r"(?<=[.!?])\s+", plain(cell))
            found += [p.strip() for p in parts if len(p.split()) > 2]
    return found


def faults(rule: Mapping[str, Any], body: str) -> list[str]:
    """Return how a section's Markdown breaks a rule of the benchmark shape."""
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    headings = [line.lstrip("# ") for line in lines if line.startswith("#")]
    bullets = [line for line in lines if re.match(r"[-*] ", line)]
    tokens = body.split()
    word_counts = (
        len(tokens),
        sum(any(c.isalnum() for c in t) for t in tokens),
        len(re.findall(r"\w+", plain(body))),
    )
    repeated = 1 - len(set(lines)) / len(lines)
    found = [
        f"{count} words, not {rule['min_words']} to {rule['max_words']}"
        for count in word_counts
        if not rule["min_words"] <= count <= rule["max_words"]
    ]
    for name, items in (("bullets", bullets), ("headings", headings)):
        low, high = rule.get(f"min_{name}", 0), rule.get(f"max_{name}", 999)
        if not low <= len(items) <= high:
            found.append(f"{len(items)} {name}, not {low} to {high}")
    wanted = [h for h in rule.get("required_headings", ()) if not any(h in x for x in headings)]
    found += [f"no heading {h!r}" for h in wanted]
    found += [f"no {t!r}" for t in rule.get("required_substrings", ()) if t not in body]
    held = [t for t in rule.get("forbidden_substrings", ()) if t.lower() in body.lower()]
    found += [f"holds {t!r}" for t in held]
    found += [f"matches {p!r}" for p in rule.get("forbidden_regex", ()) if re.search(p, body)]
    if repeated > rule.get("max_repeated_line_ratio", 1):
        found.append(f"{repeated:.0%} of the lines are repeated")
    found += [
        f"{length:.0f} words to a sentence"
        for length in _sentence_lengths(body)
        if length > rule.get("max_avg_sentence_length", 999)
    ]
    return found


def _sentence_lengths(body: str) -> list[float]:
    """Average sentence lengths by two readings: full stops alone, and lines as well."""
    by_stop = [s.split() for s in re.split(r"[.!?]+", body) if s.strip()]
    by_line = [s.split() for s in re.split(r"[.!?]+\s|\n", body) if s.strip()]
    return [sum(map(len, found)) / max(len(found), 1) for found in (by_stop, by_line)]
