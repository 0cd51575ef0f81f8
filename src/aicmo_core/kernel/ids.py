"""
Identifiers. Each is text that compares byte for byte; new ones are UUIDv7.

They are `NewType`s, so that a type checker refuses a brief's id where a draft's
is asked for, at no cost at run time.
"""

from typing import NewType

ClientId = NewType("ClientId", str)
BriefId = NewType("BriefId", str)
ProjectId = NewType("ProjectId", str)
StrategyId = NewType("StrategyId", str)
DraftId = NewType("DraftId", str)
BundleId = NewType("BundleId", str)
AssetId = NewType("AssetId", str)
QcResultId = NewType("QcResultId", str)
ReviewPackageId = NewType("ReviewPackageId", str)
DeliveryPackageId = NewType("DeliveryPackageId", str)

EventId = NewType("EventId", str)
CorrelationId = NewType("CorrelationId", str)
RunId = NewType("RunId", str)
ExecutorId = NewType("ExecutorId", str)
