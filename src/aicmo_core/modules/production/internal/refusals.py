"""Refusals: ways of working that a client's limits and avoided channels rule out."""

from __future__ import annotations

import re

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.channels import Family
from aicmo_core.modules.production.internal.facts import Facts

_REFUSAL = re.compile(
    r"\b(no|not|never|nothing|without|avoid|don['’]t|do not|refuse|exclude|ban|keine?r?|nicht|nie"
    r"|ohne|pas|jamais|sans|ning[uú]n|nunca|sin)\b",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"\b(paid (?:ads?|adverti\w+|media|reach)|ads?|adverti\w+|werbung|anzeigen|publicité"
    r"|publicidad)\b",
    re.IGNORECASE,
)
_CREATORS = re.compile(r"\b(influencers?|creators?|ambassadors?|celebrit\w+)\b", re.IGNORECASE)
_PRICE_CUTS = re.compile(
    r"\b(discounts?|price cuts?|sales?|vouchers?|coupons?|promotions?|rabatte?|gutscheine?"
    r"|remises?|soldes|descuentos?)\b|値引き|割引",
    re.IGNORECASE,
)
_MAIL = re.compile(r"\b(e-?mails?|newsletters?|mailings?)\b", re.IGNORECASE)
_SMS = re.compile(r"\b(sms|text(?:ing| messages?))\b", re.IGNORECASE)
_WHATSAPP = re.compile(r"\bwhats ?app\b", re.IGNORECASE)


def refuses_paid(brief: NormalizedBriefDTO) -> bool:
    """Return whether the client wants no bought reach."""
    return _refuses(brief, _PAID)


def refuses_creators(brief: NormalizedBriefDTO) -> bool:
    """Return whether the client wants no influencers or creators."""
    return _refuses(brief, _CREATORS)


def refuses_price_cuts(brief: NormalizedBriefDTO) -> bool:
    """Return whether the client wants no reduced prices."""
    return _refuses(brief, _PRICE_CUTS)


def refuses_sms(brief: NormalizedBriefDTO) -> bool:
    """Return whether the client wants no text messages sent."""
    return _refuses(brief, _SMS)


def refuses_whatsapp(brief: NormalizedBriefDTO) -> bool:
    """Return whether the client stays out of WhatsApp."""
    return _refuses(brief, _WHATSAPP)


def letters(facts: Facts, brief: NormalizedBriefDTO) -> str:
    """
    Return how messages to people who asked for them are sent: "Email".

    A planned channel of that kind comes first; e-mail is taken where none is planned, and
    direct messages where the client stays out of e-mail.
    """
    planned = (c.channel for c in facts.channels if facts.craft(c.channel).family is Family.MAIL)
    fallback = "Email"
    if _refuses(brief, _MAIL) or facts.avoidance.concerns("email"):
        social = [
            c.channel for c in facts.channels if facts.craft(c.channel).family is Family.SOCIAL
        ]
        fallback = f"Direct messages on {social[0]}" if social else "Letters by post"
    return next(planned, fallback)


def _refused(limit: str) -> bool:
    return _REFUSAL.search(limit) is not None or "しない" in limit or "禁止" in limit


def _refuses(brief: NormalizedBriefDTO, what: re.Pattern[str]) -> bool:
    stated = any(_refused(c) and what.search(c) for c in brief.constraints)
    return stated or any(map(what.search, brief.platforms_avoided))
