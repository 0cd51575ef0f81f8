"""The paths that artifact stores accept: parts that are a plain file name on every system."""

import re

from aicmo_core.hooks import ArtifactRefused

PART_LIMIT = 128
"""How many characters one part of a path may have."""

PATH_LIMIT = 512
"""How many characters a path may have in all."""

_PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"{device}{number}" for device in ("com", "lpt") for number in range(10)]
)


def path_parts(path: str) -> tuple[str, ...]:
    """
    Return the parts of *path*, each safe as a file name on POSIX and on Windows.

    A part is made of ASCII letters, digits, `.`, `_` and `-`. It does not begin or end
    with a dot (so there is no `..`, and hidden names are free for a store's own
    use), and is not the name of a Windows device.

    Raises:
        ArtifactRefused: Naming the part and what is wrong with it.
    """
    if len(path) > PATH_LIMIT:
        raise _refused(path, f"it has {len(path)} characters, and at most {PATH_LIMIT} are allowed")
    parts = tuple(path.split("/"))
    for part in parts:
        problem = _problem(part)
        if problem:
            raise _refused(path, problem)
    return parts


def _problem(part: str) -> str | None:
    if not part:
        return "a part of it is empty"
    if len(part) > PART_LIMIT:
        return f"a part has {len(part)} characters, and at most {PART_LIMIT} are allowed"
    if not _PLAIN.fullmatch(part):
        return (
            f"{part!r} is not made of ASCII letters, digits, '.', '_' and '-' "
            "after a first character that is no dot"
        )
    if part.endswith("."):
        return f"{part!r} ends with a dot"
    if part.split(".")[0].lower() in _DEVICES:
        return f"{part!r} is the name of a device on Windows"
    return None


def _refused(path: str, problem: str) -> ArtifactRefused:
    shown = path if len(path) <= 80 else path[:77] + "..."
    return ArtifactRefused(f"{shown!r} cannot be the path of an artifact: {problem}")
