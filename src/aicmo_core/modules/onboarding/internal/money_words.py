"""Money words of many languages, and what each is in the words that amounts are read by."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_TEN_THOUSANDS = {"千": 3, "천": 3, "万": 4, "萬": 4, "만": 4, "億": 8, "亿": 8, "억": 8, "兆": 12}
"""Magnitudes of East Asia, as powers of ten."""

_DIGITS = r"\d[\d,.]*"
_EAST_ASIAN = re.compile(
    rf"{_DIGITS}\s?[百십十]?[{''.join(_TEN_THOUSANDS)}](?:\s?{_DIGITS}[{''.join(_TEN_THOUSANDS)}]?)*"
)
_PART = re.compile(rf"({_DIGITS})\s?([百십十]?)([{''.join(_TEN_THOUSANDS)}]?)")
_SHARED = re.compile(rf"({_DIGITS})(?=\s?-\s?{_DIGITS}\s?([{''.join(_TEN_THOUSANDS)}]))")
"""The lower end of "50-100万", which counts in the same magnitude."""

_SMALL = {"": 0, "十": 1, "십": 1, "百": 2}

_SPACED = {
    # Magnitudes
    "thousand": "тыс тысяч тысячи тисяч тис tys tysięcy tisíc tusind tusen duizend bin ribu rb ألف "
    "آلاف हज़ार हजार אלף nghìn ngàn mila χιλιάδες",
    "million": "млн миллион миллиона миллионов мільйон мільйонів mln milion miliony milionów "
    "miliona milioni milione milhão milhões miljon miljoner miljoen milyon millió juta jt triệu "
    "مليون ملايين מיליון εκατομμύρια",
    "billion": "млрд миллиард миллиарда миллиардов mld miliard milyar miljard tỷ مليار",
    "lakh": "लाख",
    "crore": "करोड़ करोड",
    # Currencies
    "RUB": "руб рубль рубля рублей rub ruble rubles roubles",
    "UAH": "грн гривень гривня hryvnia",
    "KZT": "тенге",
    "BGN": "лв лева",
    "RSD": "дин динара",
    "EUR": "евро євро يورو ευρώ यूरो",
    "USD": "долл доллар доллара долларов долларах доларів دولار דולר डॉलर dólares dolares dolarów",
    "AED": "درهم دراهم",
    "SAR": "ريال ر.س رس riyal riyals sar",
    "EGP": "جنيه",
    "ILS": "שקל שקלים ש״ח ש\"ח shekel shekels nis",
    "INR": "रुपये रुपए रुपया रु",
    "TRY": "tl lira lirası türk",
    "HUF": "ft forint forintot",
    "RON": "lei leu",
    "MYR": "rm ringgit",
    "IDR": "rp rupiah",
    "VND": "đồng đ vnđ vnd",
    "NGN": "naira",
    "KES": "ksh",
    "KRW": "won",
    # Periods
    "per month": "месяц месяца месяцев мес ежемесячно міс місяць місяця місяць щомісяця "
    "شهريا شهرياً شهر الشهر aylık ay ayda ayı miesięcznie miesiąc mês mensais "
    "mensal mese mensili mensile md måned maand hó hónap havi mėn tháng bulan "
    "महीने महीना माह मासिक חודש לחודש bulanan",
    "per year": "год года году годовых рік року سنويا سنوياً سنة السنة عام yıllık yılda rok rocznie "
    "ano ár év évente évi năm tahun साल वर्ष वार्षिक שנה לשנה anni jaar",
    "per week": "неделю неделя неделе тиждень أسبوعيا أسبوع haftalık hafta tydzień tygodniowo "
    "tuần minggu सप्ताह שבוע settimana",
    "per quarter": "квартал кварталу trimestre kwartał çeyrek quý",
    "in all": "всего итого разом إجمالي toplam łącznie totale insgesamt कुल",
    "to": "до إلى arası đến hingga",
    "up to": "максимум максимально",
}  # fmt: skip
"""Words of languages that put spaces between words, by what they are in English."""

_UNSPACED = (
    ("JPY", "日本円|円"),
    ("TWD", "新台幣|新台币|台幣|台币"),
    ("HKD", "港元|港币|港幣"),
    ("USD", "美元|美金|米ドル|ドル|달러"),
    ("EUR", "欧元|歐元|ユーロ|유로"),
    ("GBP", "英镑|英鎊|ポンド|파운드"),
    ("CNY", "人民币|人民幣|元|圆|块"),
    ("KRW", "원"),
    ("THB", "บาท"),
    ("per month", r"月額|毎月|每月|每个月|月々|(?<!\d)月(?=\s*[\d¥￥])|/\s*月|매월|매달|"
     r"월(?!요)|ต่อเดือน|เดือน"),
    ("per year", r"年間|年額|毎年|每年|/\s*年|(?<!\d)年(?=\s*[\d¥￥])|매년|연간|연(?=\s*\d)|ต่อปี"),
    ("per week", r"毎週|每周|每週|/\s*[週周]|매주|주당|ต่อสัปดาห์"),
    ("in all", "総額|合計|全部で|一共|总共|總共|총액|총|ทั้งหมด"),
    ("to", "から|至|到|부터|ถึง"),
)  # fmt: skip
"""Words of languages that are written without spaces, by what they are in English."""

_NOT_SPENT = {
    "lats": "лат лата лата латов лати lats LVL",
    "German marks": "D-Mark DEM",
    "kuna": "kuna HRK",
    "a crypto-currency": "bitcoin bitcoins BTC ether ETH USDT USDC",
    "points or credits": "credits tokens coins",
}
"""What is named like money and is none that a plan can be paid with, and how it is called."""

_KANA = re.compile("[\u3040-\u30ff]")
_PRESUMED = (("INR", r"\b(?:lakhs?|lacs?|crores?)\b"), ("KRW", "[만억]"), ("CNY", "亿"))


def _word(words: str) -> str:
    options = "|".join(sorted(map(re.escape, words.split()), key=len, reverse=True))
    return rf"(?<![^\W\d_])(?:{options})(?![^\W\d_])\.?"


_TABLE = tuple(
    (re.compile(pattern, re.IGNORECASE), f" {english} ")
    for english, pattern in (
        *_UNSPACED,
        *((english, _word(words)) for english, words in _SPACED.items()),
    )
)
_NO_MONEY = tuple((name, re.compile(_word(w), re.IGNORECASE)) for name, w in _NOT_SPENT.items())


def with_digits(text: str) -> str:
    """Return *text* with the magnitudes of East Asia written out: "1万2千人" is "12000人"."""
    plain = re.sub("[〜～~]", "-", unicodedata.normalize("NFKC", text))
    return _EAST_ASIAN.sub(_counted, _SHARED.sub(r"\1\2", plain))


def in_english(text: str) -> str:
    """Return money text with its words as English ones: "月5万円" is "per month 50000 JPY"."""
    if text.isascii() and not any(char.isalpha() for char in text):
        return text
    plain = with_digits(text)
    for pattern, english in _TABLE:
        plain = pattern.sub(english, plain)
    return " ".join(plain.split())


def _counted(found: re.Match[str]) -> str:
    """Return the digits of "1億2000万": each part with its own magnitude."""
    total = Decimal(0)
    for digits, small, large in _PART.findall(found[0]):
        number = digits.replace(",", "").strip(".")
        total += Decimal(number) * 10 ** (_SMALL[small] + _TEN_THOUSANDS.get(large, 0))
    return f"{total.normalize():f}"


def not_spent(text: str) -> str:
    """Return what *text* names in place of money, such as "lats"; empty where it names nothing."""
    return next((name for name, pattern in _NO_MONEY if pattern.search(text)), "")


def hinted(text: str) -> str:
    """Return the currency that a text without one hints at by how it counts, or nothing."""
    if _KANA.search(text):
        return "JPY"
    return next((code for code, p in _PRESUMED if re.search(p, text, re.IGNORECASE)), "")


def is_foreign(text: str) -> bool:
    """Return whether *text*, put into English, still has a letter that is not Latin."""
    return any(
        char.isalpha() and "LATIN" not in unicodedata.name(char, "") for char in in_english(text)
    )
