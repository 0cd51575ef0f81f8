"""Days in words, of no country's order and of no machine's locale."""

from datetime import date

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def long_date(day: date) -> str:
    """Return the date in words: "2 March 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_date(day: date) -> str:
    """Return the date for a narrow place: "2 Mar 2026"."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"
