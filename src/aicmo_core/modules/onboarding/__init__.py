"""Onboarding: raw intakes become normalized briefs."""
