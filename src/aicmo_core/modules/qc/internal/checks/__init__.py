"""The built-in rules: pure functions from evidence to findings."""

from aicmo_core.modules.qc.internal.checks import (
    acceptance,
    budget,
    calendar,
    client,
    contacts,
    counts,
    figures,
    identity,
    kpis,
    language,
    limits,
    markup,
    sections,
    structure,
    tables,
    tongues,
)
from aicmo_core.modules.qc.internal.evidence import Rule

RULES: tuple[Rule, ...] = (
    *structure.RULES,
    *markup.RULES,
    *tables.RULES,
    *sections.RULES,
    *language.RULES,
    *calendar.RULES,
    *budget.RULES,
    *identity.RULES,
    *client.RULES,
    *contacts.RULES,
    *limits.RULES,
    *counts.RULES,
    *tongues.RULES,
    *kpis.RULES,
    *figures.RULES,
    *acceptance.RULES,
)

__all__ = ["RULES"]
