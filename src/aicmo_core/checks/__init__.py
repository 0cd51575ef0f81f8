"""
The boundaries of a module, checked: what it imports, what its `api` hands out, and what
its contract promises to those who use the last release.

A check reads; it changes nothing, and answers with findings.
"""

from aicmo_core.checks.api import Api, check_api, read_api
from aicmo_core.checks.baseline import Baseline, Comparison
from aicmo_core.checks.compatibility import check_compatibility
from aicmo_core.checks.contract import Contract, contract_of, load_contract, save_contract
from aicmo_core.checks.finding import Breach, Finding
from aicmo_core.checks.imports import check_imports
from aicmo_core.checks.location import Location, PackageUncheckable, locate
from aicmo_core.checks.package import check_package

__all__ = [
    "Api",
    "Baseline",
    "Breach",
    "Comparison",
    "Contract",
    "Finding",
    "Location",
    "PackageUncheckable",
    "check_api",
    "check_compatibility",
    "check_imports",
    "check_package",
    "contract_of",
    "load_contract",
    "locate",
    "read_api",
    "save_contract",
]
