"""
The prompt: instructions in one message, data in another, in blocks that their text cannot end.

A block is one line, a tag on each side and JSON between them:

    <data name="passages">["A workshop that repairs bicycles."]</data>

Within the JSON `<`, `>` and `&` are escaped, and so is every character that is not shown:
no text of a client's can hold the end of its block, the beginning of another, or words that
a person who reads the prompt does not see.
"""

from __future__ import annotations

import json
import re
import unicodedata

from aicmo_core.hooks import TextRequest

_UNSAFE = re.compile(r"[<>&]|[^\x20-\x7e\w]")
_HIDDEN = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")


def messages(request: TextRequest) -> tuple[str, str]:
    """Return the text of the system's message, and that of the user's."""
    blocks = [f'<data name="{d.name}">{_as_json(d.content)}</data>' for d in request.data]
    return request.instructions, "\n".join(blocks)


def _as_json(content: str | tuple[str, ...]) -> str:
    return _UNSAFE.sub(_escaped, json.dumps(content, ensure_ascii=False))


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if character not in "<>&" and unicodedata.category(character) not in _HIDDEN:
        return character
    return json.dumps(character)[1:-1] if character > "\x7e" else f"\\u{ord(character):04x}"
