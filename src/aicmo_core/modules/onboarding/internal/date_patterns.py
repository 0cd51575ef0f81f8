"""The pieces of which patterns of dates are made."""

from __future__ import annotations

from aicmo_core.modules.onboarding.internal.date_words import MONTHS, NUMBER_WORDS, SEASONS, UNITS

COUNT = r"(?P<count>\d{1,6}|" + "|".join(sorted(NUMBER_WORDS, key=len, reverse=True)) + ")"
UPPER = r"(?:\d{1,6}\s?(?:-|–|to|bis|à|a|or)\s?)?"
UNIT = "|".join(f"(?P<{name}>{words})" for name, words in UNITS.items())
LEAD = (
    r"(?:within|in|over|during|inside|innerhalb von|innerhalb|binnen|dans|en|d'ici|under|em|entro|"
    r"fra|w ciągu|w|om|خلال|في غضون|في)\s"
    r"(?:less than\s|about\s|around\s|roughly\s)?"
    r"(?:the\s|our\s|den\s|die\s|das\s|les\s|los\s|las\s|der\s)?"
    r"(?:next|first|coming|following|nächsten|kommenden|ersten|prochains|próximos)?\s?"
)
NEXT = r"(?:the\s)?(?:next|coming|nächsten|kommenden|prochains|próximos)\s"
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
YEAR = r"(?P<year>(?:19|20|21)\d\d)"
BY = (
    r"(?:by|before|until|till|no later than|bis(?:\s(?:zum|ende|spätestens))?|spätestens|"
    r"avant(?:\sle)?|d'ici|antes de(?:l)?|para|hasta|vor(?:\sdem)?|entro|prima di|até|voor|"
    r"do(?=\skońca))"
)
TO_END = (
    r"(?:(?:(?:at\s|by\s|before\s|until\s)?(?:the\s)?end of(?:\sthe)?|ende(?:\sdes)?|"
    r"(?:la\s)?fin(?:\sde)?|finales de|końca|fine(?:\sdi)?|(?:o\s)?f(?:im|inal) de|eind(?:\svan)?|"
    r"late|mid[- ]?|early)\s?)?"
)
BEFORE = r"(?P<before>before|ahead of|in time for|avant|antes d[eo]l?|vor(?:\sdem)?|prima d\w+)"
NAMED_SEASON = rf"(?P<season>{'|'.join(SEASONS)})(?:(?:\sof)?\s{YEAR})?"
NEXT_SEASON = r"(?P<which>next|coming|nächste[nrs]?)\s"
SEASON = (
    rf"(?:(?:{BEFORE}|{BY}|in|im|this|en)\s|d'ici\s)(?:the\s|l[e']\s?|el\s|zum\s)?{TO_END}"
    rf"(?:{NEXT_SEASON})?{NAMED_SEASON}",
    rf"(?:{NEXT_SEASON}){NAMED_SEASON}",
    rf"{TO_END}(?P<season>{'|'.join(SEASONS)})\s{YEAR}",
)
HALF = (
    rf"(?:half\s(?:an?|of\sa)\s|ein(?:em)?\shalbes\s|(?:la\s)?moitié\sd'un\s|medio\s|"
    rf"(?P<count>\d{{1,3}}[.,]\d|\d{{1,3}}(?=[\s-]and[\s-]a[\s-]half|½))(?:[\s-]and[\s-]a[\s-]half|½)?[\s-])(?:{UNIT})"
)
