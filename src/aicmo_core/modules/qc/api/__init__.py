"""The boundary of quality control."""

from aicmo_core.modules.qc.api.dtos import (
    AcceptanceDTO,
    QcInputDTO,
    QcIssueDTO,
    QcResultDTO,
    Severity,
)
from aicmo_core.modules.qc.api.events import QcFailed, QcPassed
from aicmo_core.modules.qc.api.ports import QcEvaluatePort, QcQueryPort
from aicmo_core.modules.qc.api.rules import OtherBrandsPort, QcFacts, QcRule, QcRulesPort

CONTRACT_VERSION = "1.1.0"

__all__ = [
    "CONTRACT_VERSION",
    "AcceptanceDTO",
    "OtherBrandsPort",
    "QcEvaluatePort",
    "QcFacts",
    "QcFailed",
    "QcInputDTO",
    "QcIssueDTO",
    "QcPassed",
    "QcQueryPort",
    "QcResultDTO",
    "QcRule",
    "QcRulesPort",
    "Severity",
]
