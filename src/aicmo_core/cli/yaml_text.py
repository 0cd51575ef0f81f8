"""YAML as plain data, strictly: no aliases, no key twice, and a place for whatever is wrong."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from aicmo_core.cli.unreadable import UnreadableInput, unreadable_at
from aicmo_core.kernel.limits import MOST_LEVELS


def parse_yaml(source: str, text: str) -> Any:
    """
    Return the plain data that *text* says. Dates become text, as JSON has them.

    Raises:
        UnreadableInput: With line and column.
    """
    import yaml

    try:
        return yaml.load(text, Loader=_strict_loader())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = " ".join(filter(None, (error.context, error.problem)))
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise UnreadableInput(source, reason, line, column) from error
    except yaml.reader.ReaderError as error:
        reason = f"the character U+{error.character:04X} is not accepted"
        raise unreadable_at(source, reason, text, error.position) from error


def _strict_loader() -> Any:
    import yaml
    from yaml.composer import ComposerError
    from yaml.constructor import ConstructorError

    class StrictLoader(yaml.SafeLoader):
        """Safe YAML without aliases, which can make a small file huge, or repeated keys."""

        depth = 0

        def compose_node(self, parent: Any, index: Any) -> Any:
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            if self.check_event(yaml.AliasEvent):
                raise ComposerError(None, None, "aliases are not accepted", mark)
            if self.depth >= MOST_LEVELS:
                reason = f"it is nested more than {MOST_LEVELS} levels deep"
                raise ComposerError(None, None, reason, mark)
            self.depth += 1
            node = super().compose_node(parent, index)
            self.depth -= 1
            return node

        def construct_object(self, node: Any, deep: bool = False) -> Any:
            try:
                value = super().construct_object(node, deep)
            except ValueError as error:  # 2026-02-31, or an int of thousands of digits
                raise ConstructorError(None, None, str(error), node.start_mark) from error
            if isinstance(value, datetime | date):
                return value.isoformat()
            if isinstance(value, bytes | set):
                reason = f"a value of type {type(value).__name__} is not accepted"
                raise ConstructorError(None, None, reason, node.start_mark)
            return value

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen = set()
            for key_node, _ in node.value:
                key = self.construct_object(key_node, deep=True)
                if not isinstance(key, str):
                    reason = f"expected text as a key, found {key!r}"
                    raise ConstructorError(None, None, reason, key_node.start_mark)
                if key in seen:
                    reason = f"the key {key!r} stands twice"
                    raise ConstructorError(None, None, reason, key_node.start_mark)
                seen.add(key)
            return super().construct_mapping(node, deep)

    return StrictLoader
