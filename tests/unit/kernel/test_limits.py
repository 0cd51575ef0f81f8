"""What is too large or too deep is refused with the place that is to blame."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from attrs import field, frozen

from aicmo_core.kernel import MOST_BYTES, MOST_LEVELS, InvalidValue, from_json, structure, to_json
from aicmo_core.kernel.structuring import unstructure

DEEP = 100_000


@frozen
class Tree:
    name: str = ""
    left: Tree | None = None


@frozen
class Bag:
    name: str = ""
    held: Any = None
    notes: list[str] = field(factory=list)


def lists(levels: int) -> Any:
    value: Any = "core"
    for _ in range(levels):
        value = [value]
    return value


def trees(levels: int) -> Tree:
    value = Tree("leaf")
    for _ in range(levels - 1):
        value = Tree(left=value)
    return value


def problem_of(work: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(InvalidValue) as caught:
        work()
    (problem,) = caught.value.problems
    return problem.path, problem.message


def test_value_of_the_deepest_kind_that_is_allowed_comes_back_equal() -> None:
    """The limit counts the value itself; nothing is lost just below it."""
    bag, tree = Bag(held=lists(MOST_LEVELS - 1)), trees(MOST_LEVELS)

    assert from_json(to_json(bag), Bag) == bag
    assert structure(unstructure(bag), Bag) == bag
    assert from_json(to_json(tree), Tree) == tree


@pytest.mark.parametrize("write", [to_json, lambda value: to_json({"in": [value]}, Any)])
@pytest.mark.parametrize("levels", [MOST_LEVELS + 1, 500])
def test_value_that_is_nested_too_deep(write: Callable[[Any], str], levels: int) -> None:
    """Is refused with its depth and the place, whether or not Python itself could go there."""
    path, message = problem_of(lambda: write(lists(levels)))

    extra = 0 if write is to_json else 2
    found = f"expected at most {MOST_LEVELS} nested levels, found {levels + extra}"
    assert message == found
    assert path.startswith("$[0][0]" if write is to_json else "$['in'][0][0]")
    assert len(path) < 210


def test_instances_count_as_levels() -> None:
    """A class that contains itself is as deep as its instances."""
    path, message = problem_of(lambda: to_json(trees(MOST_LEVELS + 3)))

    assert path.startswith("$.left.left.left")
    assert message == f"expected at most {MOST_LEVELS} nested levels, found {MOST_LEVELS + 3}"


@pytest.mark.parametrize(
    "work",
    [
        lambda: to_json(Bag(held=lists(DEEP))),
        lambda: unstructure(Bag(held=lists(DEEP))),
        lambda: structure({"held": lists(DEEP)}, Bag),
        lambda: to_json(trees(5_000)),
        lambda: from_json("[" * DEEP + "]" * DEEP, Bag),
        lambda: from_json('{"held":' * DEEP + "1" + "}" * DEEP, Bag),
    ],
)
def test_depth_that_python_cannot_walk_is_refused_like_any_other(work: Callable[[], Any]) -> None:
    """No `RecursionError`, and no crash."""
    _, message = problem_of(work)

    assert f"at most {MOST_LEVELS} nested levels" in message


def test_value_that_contains_itself_is_refused() -> None:
    """It has no end, and each look at it does: also where it contains itself twice."""
    loop: list[Any] = []
    loop += [loop, {"again": loop}]

    _, written = problem_of(lambda: to_json(Bag(held=loop)))
    _, read = problem_of(lambda: structure({"held": loop}, Bag))

    assert "found at least 10000" in written
    assert "found at least 10000" in read


def test_deep_caller_is_not_taken_for_a_deep_value() -> None:
    """A `RecursionError` that is the caller's own stays one."""

    room = 60

    def at_depth(levels: int) -> str:
        return at_depth(levels - 1) if levels else to_json(trees(room))

    with pytest.raises(RecursionError):
        at_depth(sys.getrecursionlimit() - len(inspect.stack()) - room)


def test_largest_value_that_is_allowed_is_taken() -> None:
    """The limit counts the bytes of the JSON text, quotes included."""
    bag = Bag(name="x" * (MOST_BYTES - len(to_json(Bag()))))

    text = to_json(bag)

    assert len(text) == MOST_BYTES
    assert from_json(text, Bag) == bag


@pytest.mark.parametrize(
    ("bag", "path"),
    [
        (Bag(name="x" * MOST_BYTES), "$.name"),
        (Bag(name="é" * (MOST_BYTES // 2)), "$.name"),
        (Bag(notes=["", "y" * MOST_BYTES]), "$.notes[1]"),
        (Bag(held={"pages": [{"text": "z" * MOST_BYTES}]}), "$.held['pages'][0]['text']"),
        (Bag(notes=["n" * 1000] * (MOST_BYTES // 1000)), "$.notes"),
        (Bag("a" * (MOST_BYTES // 2), "b" * (MOST_BYTES // 2)), "$"),
    ],
)
def test_value_that_is_too_large(bag: Bag, path: str) -> None:
    """The innermost part that is more than half of it is named, with both sizes and the limit."""
    found, message = problem_of(lambda: to_json(bag))

    size = len(json.dumps(unstructure(bag), ensure_ascii=False, separators=(",", ":")).encode())
    assert found == path
    assert message.startswith(f"expected at most {MOST_BYTES} bytes in all, found {size}")
    assert message.endswith(" here") is (path != "$")


def test_text_that_is_too_large_is_not_even_read() -> None:
    """What comes from outside is measured before it is taken apart."""
    _, message = problem_of(lambda: from_json("[" + " " * MOST_BYTES, Bag))

    assert message == f"expected at most {MOST_BYTES} bytes in all, found {MOST_BYTES + 1}"


def test_key_that_stands_twice_is_refused() -> None:
    """Two readers could take two values for it."""
    _, message = problem_of(lambda: from_json('{"name": "a", "name": "b"}', Bag))

    assert message == "not JSON: a key stands twice in one object"


def test_number_without_end_is_refused() -> None:
    """To read it would take time that grows with its square."""
    _, message = problem_of(lambda: from_json(f'{{"held": {"9" * 100_000}}}', Bag))

    assert message.startswith("not JSON: Exceeds the limit")


def test_value_of_a_class_that_nothing_here_knows() -> None:
    """Is refused by its place, like any other that has no form as JSON."""

    class Own:
        pass

    path, message = problem_of(lambda: to_json([Tree(), {"a": Own()}], list[Any]))
    unknown, _ = problem_of(lambda: to_json([1, Own()], list[Own]))

    assert (path, unknown) == ("$[0]", "$[1]")
    assert "expected plain data" in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"name": ["hush"]}', "$.name: expected text, found list of length 1"),
        ('{"name": "hush\\u0000"}', "$.name: expected text without NUL (at character 4)"),
        ('{"held": "hush", "notes": "hush"}', "$.notes: expected a list, found text of length 4"),
    ],
)
def test_what_comes_out_of_a_store_is_not_repeated(text: str, expected: str) -> None:
    """Neither by the error nor by anything that a traceback would print with it."""
    with pytest.raises(InvalidValue) as caught:
        from_json(text, Bag)

    assert expected in str(caught.value)
    assert "hush" not in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None
