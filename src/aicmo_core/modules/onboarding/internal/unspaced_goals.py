"""Goals in scripts without spaces: "会員を200人から400人に増やす" has a measure and two numbers."""

from __future__ import annotations

import re
from decimal import Decimal

from aicmo_core.modules.onboarding.api.dtos import Direction, ObjectiveDTO
from aicmo_core.modules.onboarding.internal.amounts import PERCENT, TIMES, read_number
from aicmo_core.modules.onboarding.internal.money_words import with_digits

_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_UNIT = r"人|名|件|組|個|個室|社|店舗?|室|泊|回|本|冊|枚|台|部|点|口|円|元|%|割|倍|건|명|개|원|회"
_JOINT = r"(?:の数)?\s*[をがはのも을를이가은는从從由:]?\s*"
_SPAN = r"(?:[毎每]?(?P<span>[月週周年日월])(?:間|に|あたり)?(?=\s*\d)\s*)?"
_FROM_TO = re.compile(
    rf"^(?P<metric>[^\d]+?){_JOINT}(?:現在の?)?{_SPAN}"
    rf"(?P<base>{_NUMBER})\s*(?:{_UNIT})?\s*(?:から|より|에서|→|到|增加到|提高到|至)\s*"
    rf"(?P<target>{_NUMBER})\s*(?P<unit>{_UNIT})?(?P<rest>.*)"
)
_TO = re.compile(
    rf"^(?P<metric>[^\d]+?){_JOINT}{_SPAN}"
    rf"(?P<target>{_NUMBER})\s*(?P<unit>{_UNIT})?(?P<rest>.*)"
)
_LEVEL = re.compile(r"^\s*(?:以上|程度)?\s*(?:に|へ|まで|を目指|を達成|達成)")
_FEWER = re.compile("減|下げ|削|短縮|抑|以下|未満|降|줄|감소|낮")
_LEADING = re.compile(r"^(?:[\x00\s、,]|まで|以内|末|中|に(?!\w*を)|で)+")
_SPANS = {"月": "month", "週": "week", "周": "week", "年": "year", "日": "day", "월": "month"}
_SIGNS = {"%": PERCENT, "割": PERCENT, "倍": TIMES, "円": "JPY", "元": "CNY"}
_LONGEST = 300


def read_unspaced(masked: str) -> ObjectiveDTO | None:
    """
    Return the measurable side of a Japanese, Chinese or Korean goal; None where there is none.

    Args:
        masked: The goal, its dates replaced by NUL characters.
    """
    if not _UNSPACED.search(masked):
        return None
    text = _LEADING.sub("", with_digits(masked[:_LONGEST]))
    found = _FROM_TO.match(text) or _TO.match(text)
    metric = found["metric"].strip(" \x00、,「」『』()（）・") if found else ""
    target = _value(found["target"], found["unit"]) if found else None
    if found is None or target is None or not metric:
        return None
    base = found.groupdict().get("base")
    baseline = _value(base, found["unit"]) if base else None
    sign = _SIGNS.get(found["unit"] or "", "")
    named = f"{metric} per {_SPANS[found['span']]}" if found["span"] else metric
    return ObjectiveDTO(
        "",
        named,
        _direction(found["rest"], baseline, target),
        baseline,
        target,
        sign or named,
        relative=baseline is None and _is_change(sign, found["rest"]),
    )


def _value(written: str, unit: str | None) -> Decimal | None:
    value = read_number(written)
    return value * 10 if value is not None and unit == "割" else value


def _direction(rest: str, baseline: Decimal | None, target: Decimal) -> Direction:
    if baseline is not None and baseline != target:
        return Direction.DECREASE if target < baseline else Direction.INCREASE
    return Direction.DECREASE if _FEWER.search(rest) else Direction.INCREASE


def _is_change(sign: str, rest: str) -> bool:
    """Whether a number says by how much, as in "20%増やす", and not up to where: "20%にする"."""
    return sign == TIMES or (sign == PERCENT and not _LEVEL.match(rest))
