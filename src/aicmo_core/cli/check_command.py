"""`aicmo check`: whether a package keeps the boundaries of a module."""

from __future__ import annotations

import shlex
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aicmo_core.cli import exits
from aicmo_core.cli.input_file import read_input
from aicmo_core.cli.options import json_output
from aicmo_core.cli.output import print_json, say
from aicmo_core.cli.unreadable import UnreadableInput

if TYPE_CHECKING:
    from aicmo_core.checks import Baseline, Comparison, Contract, Finding


@click.command(name="check")
@click.argument("place", metavar="PACKAGE")
@click.option(
    "--contract",
    "contract_file",
    metavar="FILE",
    help="The contract of the last release, which the new one may not break.",
)
@click.option(
    "--baseline",
    "baseline_file",
    metavar="FILE",
    help="Breaches that are known: they pass, any other fails, and so does one that is gone.",
)
@click.option(
    "--update-baseline",
    "update",
    is_flag=True,
    help="Take off the baseline what is gone, and add nothing; make it if there is none.",
)
@json_output
@exits.report_errors
def command(
    place: str,
    contract_file: str | None,
    baseline_file: str | None,
    update: bool,
    as_json: bool,
) -> None:
    """
    Hold PACKAGE, a dotted name or a folder, to the boundaries of a module.

    It imports no internals of others, its ports are abstract, its DTOs and events frozen
    and complete, and its contract keeps what the last release promised. Its api and its
    plugin are imported.

    Exit codes: 0 every boundary is kept, or its breach known; 1 one is not, or a known one
    is gone from the package; 2 there is no such package, or it cannot be imported.
    """
    from aicmo_core.checks import check_package, locate
    from aicmo_core.checks.location import has_part

    if update and baseline_file is None:
        raise click.UsageError("--update-baseline needs --baseline FILE")
    location = locate(place)
    released = _contract(contract_file)
    with location.importable(), redirect_stdout(sys.stderr):  # what it prints is no answer
        found = check_package(location.package, released)
    compared = _compare(location.package, found, baseline_file, update)
    if as_json:
        print_json(_plain(location.package, compared, contract_file))
    else:
        _tell(location.package, compared)
        if contract_file is None and has_part(location.folder, "api"):
            say("its contract was not compared with a release; --contract FILE does", err=True)
        if compared.gone:
            words = ["aicmo", "check", place, "--baseline", str(baseline_file), "--update-baseline"]
            say(f"run: {shlex.join(words)}")
    if not compared.clean:
        sys.exit(exits.UNEXPECTED)


def _contract(file: str | None) -> Contract | None:
    from aicmo_core.checks import Contract
    from aicmo_core.kernel.structuring import structure

    return None if file is None else structure(read_input(file), Contract)


def _compare(package: str, found: list[Finding], file: str | None, update: bool) -> Comparison:
    """Compare what was found with the baseline, which is written anew if that was asked for."""
    from aicmo_core.checks import Baseline

    if file is None:
        return Baseline(package).compare(found)
    exists = Path(file).exists()
    if not exists and not update:
        raise UnreadableInput(file, "there is no such file; --update-baseline makes it")
    baseline = _read_baseline(package, file) if exists else Baseline.of(package, found)
    compared = baseline.compare(found)
    if not update:
        return compared
    if compared.gone or not exists:
        Baseline.of(package, compared.known).save(Path(file))
    return Baseline.of(package, compared.known).compare(found)


def _read_baseline(package: str, file: str) -> Baseline:
    from aicmo_core.checks import Baseline
    from aicmo_core.kernel.structuring import structure

    baseline = structure(read_input(file), Baseline)
    if baseline.package != package:
        raise UnreadableInput(file, f"it is the baseline of {baseline.package}, not of {package}")
    return baseline


def _plain(package: str, compared: Comparison, contract_file: str | None) -> dict[str, Any]:
    return {
        "package": package,
        "clean": compared.clean,
        "new": [_finding(f) for f in compared.new],
        "known": [_finding(f) for f in compared.known],
        "gone": [{"rule": b.rule, "key": b.key} for b in compared.gone],
        "contract": contract_file,
    }


def _finding(found: Finding) -> dict[str, str]:
    return {"rule": found.rule, "place": found.place, "message": found.message, "key": found.key}


def _tell(package: str, compared: Comparison) -> None:
    if compared.new or compared.known:
        say(f"{package}: breaches: {len(compared.new)} new, {len(compared.known)} known")
    else:
        say(f"{package}: every boundary is kept")
    for finding in compared.new:
        say(f"  {finding}")
    if compared.gone:
        say("on the baseline, and gone from the package:")
    for breach in compared.gone:
        say(f"  {breach.key} [{breach.rule}]")
