"""
The boundaries of a module, checked: what it imports, what its `api` hands out, and what
its contract promises to those who use the last release.

A check reads; it changes nothing, and answers with findings.
"""

from aicmo_core.checks.api import Api, check_api, read_api
from aicmo_core.checks.compatibility import check_compatibility
from aicmo_core.checks.contract import Contract, contract_of, load_contract, save_contract
from aicmo_core.checks.finding import Finding
from aicmo_core.checks.imports import check_imports

__all__ = [
    "Api",
    "Contract",
    "Finding",
    "check_api",
    "check_compatibility",
    "check_imports",
    "contract_of",
    "load_contract",
    "read_api",
    "save_contract",
]
