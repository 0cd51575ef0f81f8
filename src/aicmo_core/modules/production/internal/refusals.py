"""Refusals: ways of working that a client's limits and avoided channels rule out."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.channels import Family
from aicmo_core.modules.production.internal.facts import Facts


def refuses_paid(facts: Facts, brief: NormalizedBriefDTO) -> bool:
    """Return whether the client wants no bought reach."""
    return _refuses(facts, brief, "paid")


def refuses_creators(facts: Facts, brief: NormalizedBriefDTO) -> bool:
    """Return whether the client wants no influencers or creators."""
    return _refuses(facts, brief, "creators")


def refuses_price_cuts(facts: Facts, brief: NormalizedBriefDTO) -> bool:
    """Return whether the client wants no reduced prices."""
    return _refuses(facts, brief, "price_cuts")


def refuses_sms(facts: Facts, brief: NormalizedBriefDTO) -> bool:
    """Return whether the client wants no text messages sent."""
    return _refuses(facts, brief, "sms")


def refuses_whatsapp(facts: Facts, brief: NormalizedBriefDTO) -> bool:
    """Return whether the client stays out of WhatsApp."""
    return _refuses(facts, brief, "whatsapp")


def letters(facts: Facts, brief: NormalizedBriefDTO) -> str:
    """
    Return how messages to people who asked for them are sent: "Email".

    A planned channel of that kind comes first; e-mail is taken where none is planned, and
    direct messages where the client stays out of e-mail.
    """
    planned = (c.channel for c in facts.channels if facts.craft(c.channel).family is Family.MAIL)
    fallback = "Email"
    if _refuses(facts, brief, "mail") or facts.avoidance.concerns("email"):
        social = [
            c.channel for c in facts.channels if facts.craft(c.channel).family is Family.SOCIAL
        ]
        fallback = f"Direct messages on {social[0]}" if social else "Letters by post"
    return next(planned, fallback)


def _refuses(facts: Facts, brief: NormalizedBriefDTO, way: str) -> bool:
    limits = facts.rules.limits
    return limits.rules_out(way, brief.constraints, brief.platforms_avoided)
