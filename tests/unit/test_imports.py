"""What importing the library loads, and what its lowest floors may not call."""

import ast
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import aicmo_core
from aicmo_core.hooks import ENTRY_POINT_GROUP

SOURCE = Path(aicmo_core.__file__).parent
HEAVY = [
    "sqlalchemy",
    "alembic",
    "psycopg",
    "pymysql",
    "sqlite3",
    "nats",
    "jinja2",
    "markdown_it",
    "typst",
    "docx",
    "pptx",
    "PIL",
    "click",
    "rich",
    "yaml",
    "pytest",
    "hypothesis",
]
MODULES = 460
"""How many modules a first use in memory may load: 414 on CPython 3.11 when this was written."""
BUILT_IN = sorted(
    point.value
    for point in entry_points(group=ENTRY_POINT_GROUP)
    if point.value.startswith("aicmo_core.")
)
IMPURE = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("uuid", "uuid1"),
    ("uuid", "uuid4"),
    ("uuid", "uuid7"),
    ("os", "urandom"),
}


def loaded_by(statement: str) -> list[str]:
    """Return which of the heavy packages a new interpreter has loaded after *statement*."""
    program = f"import sys\n{statement}\nprint(*(set({HEAVY!r}) & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def impure_uses(source: str) -> list[str]:
    """Return where *source* reaches for a clock or for chance, as line and name."""
    tree = ast.parse(source)
    uses = []
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name):
                uses.append((node.lineno, owner, name))
            case ast.ImportFrom(module=str(owner), names=names):
                uses += [(node.lineno, owner, alias.name) for alias in names]
    return [f"{line}: {owner}.{name}" for line, owner, name in uses if (owner, name) in IMPURE]


def test_the_import_leaves_heavy_packages_alone() -> None:
    """A host that opens no SQL backend and renders nothing does not wait for them."""
    assert loaded_by("import aicmo_core") == []


def test_the_help_loads_no_more_than_its_command_line() -> None:
    """Whoever asks what there is does not wait for what it would take to do it."""
    help_asked = """
import contextlib, io
from aicmo_core.cli.main import aicmo
with contextlib.redirect_stdout(io.StringIO()) as shown, contextlib.suppress(SystemExit):
    aicmo(["--help"])
assert "Commands:" in shown.getvalue()
own = {name for name in sys.modules if name.startswith("aicmo_core.")}
assert own <= {"aicmo_core.cli", *(f"aicmo_core.cli.{n}" for n in ("groups", "main", "options"))}
assert not {"attrs", "cattrs"} & sys.modules.keys()
"""

    assert loaded_by(help_asked) == ["click"]


def test_the_first_use_in_memory_leaves_heavy_packages_alone() -> None:
    """An application without a SQL database waits for none."""
    assert loaded_by("import aicmo_core; aicmo_core.open_app('memory:').close()") == []


def test_a_run_in_memory_loads_what_renders_its_pages_alone(tmp_path: Path) -> None:
    """Neither a database, nor what reads and prints forms that were not asked for."""
    run = f"""
import contextlib, io, os
os.chdir({str(tmp_path)!r})
from importlib.resources import files
from aicmo_core.cli.main import aicmo
order = str(files("aicmo_core.samples") / "kayak_tours.json")
with contextlib.redirect_stdout(io.StringIO()) as shown, contextlib.suppress(SystemExit):
    aicmo(["run", "client_to_delivery", order, "--db", "memory:"])
assert "completed" in shown.getvalue()
"""

    assert sorted(loaded_by(run)) == ["click", "jinja2", "markdown_it"]


def test_a_database_that_is_up_to_date_needs_no_migrations(tmp_path: Path) -> None:
    """What makes tables is loaded to make them, once."""
    use = f"""
import aicmo_core
aicmo_core.open_app("sqlite:///{tmp_path}/agency.db").close()
"""

    assert sorted(loaded_by(use)) == ["alembic", "sqlalchemy", "sqlite3"]
    assert sorted(loaded_by(use)) == ["sqlalchemy", "sqlite3"]


def test_the_first_use_loads_a_bounded_number_of_modules() -> None:
    """Each module costs a start its reading and running, the heavy ones and the others."""
    program = """
import sys
before = len(sys.modules)
import aicmo_core
aicmo_core.open_app("memory:", allow=[]).close()
print(len(sys.modules) - before)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert int(done.stdout) <= MODULES


def test_a_heavy_package_would_be_seen() -> None:
    """The test above can fail."""
    assert loaded_by("import yaml") == ["yaml"]


def test_the_built_in_plugins_are_found() -> None:
    """Modules, backends, providers and workflows register as any plugin does."""
    assert "aicmo_core.backends.sql.plugin" in BUILT_IN
    assert "aicmo_core.modules.qc.plugin" in BUILT_IN


def test_loading_every_built_in_plugin_leaves_heavy_packages_alone() -> None:
    """A plugin says what it has; what it needs for that is imported when it is used."""
    assert loaded_by("import " + ", ".join(BUILT_IN)) == []


@pytest.mark.parametrize("floor", ["kernel", "saga"])
def test_the_lowest_floors_call_no_clock_and_no_chance(floor: str) -> None:
    """Time and ids arrive as arguments: the same input gives the same output."""
    files = sorted((SOURCE / floor).rglob("*.py"))

    found = {str(f): uses for f in files if (uses := impure_uses(f.read_text("utf-8")))}

    assert files
    assert found == {}


@pytest.mark.parametrize(
    ("source", "use"),
    [
        ("from datetime import datetime\ndatetime.now()", "2: datetime.now"),
        ("import datetime\nlater = datetime.datetime.now", "2: datetime.now"),
        ("from datetime import date\nx = date.today()", "2: date.today"),
        ("import uuid\nuuid.uuid4()", "2: uuid.uuid4"),
        ("from uuid import uuid4 as draw", "1: uuid.uuid4"),
    ],
)
def test_a_call_of_a_clock_would_be_seen(source: str, use: str) -> None:
    """However it is spelt; a clock that was handed in is no such call."""
    assert impure_uses(source) == [use]
    assert impure_uses("def f(clock): return clock.now()") == []
