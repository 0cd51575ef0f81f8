"""What quality control stores."""

from aicmo_core.modules.qc.api import QcResultDTO
from aicmo_core.storage import Collection

QC_RESULTS = Collection(
    "qc_results",
    QcResultDTO,
    key="draft_id",
    indexes=("client_id",),
    children={"issues": "qc_issues"},
    subject="client_id",
)
"""One result a draft: a later check replaces it."""
