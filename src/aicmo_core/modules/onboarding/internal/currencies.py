"""Currencies: how clients write them, and which one a bare sign means in which country."""

from __future__ import annotations

import re
from collections.abc import Iterable

from aicmo_core.modules.onboarding.internal.cleaning import words_of


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


ISO_4217 = _codes(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN
    BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD
    FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY
    KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP
    MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR
    RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
    TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR
    ZMW ZWG
    """
)
"""The codes of money that is spent; funds, metals and test codes are left out."""

LOWER_CASE_CODES = _codes(
    "usd eur gbp chf cad aud nzd inr jpy cny sek nok dkk pln czk huf brl mxn zar sgd hkd aed"
)
"""Codes that are read in lower case too: no common word is spelled like them ("all", "try")."""

SIGNS = {
    "US$": "USD",
    "U$": "USD",
    "CA$": "CAD",
    "CDN$": "CAD",
    "C$": "CAD",
    "AU$": "AUD",
    "A$": "AUD",
    "NZ$": "NZD",
    "HK$": "HKD",
    "NT$": "TWD",
    "MX$": "MXN",
    "S$": "SGD",
    "R$": "BRL",
    "RS.": "INR",
    "RS": "INR",
    "FR.": "CHF",
    "SFR.": "CHF",
    "TEUR": "EUR",
    "T€": "EUR",
    "ZŁ": "PLN",
    "KČ": "CZK",
    "KR.": "KR",
    "KR": "KR",
    "$": "$",
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "¥": "¥",
    "円": "JPY",
    "元": "CNY",
    "₩": "KRW",
    "₺": "TRY",
    "₽": "RUB",
    "₴": "UAH",
    "₪": "ILS",
    "฿": "THB",
    "₫": "VND",
    "₱": "PHP",
    "₦": "NGN",
}
"""
Sign, in upper case, to ISO 4217, longer signs first.

`$`, `¥` and `kr` are shared by several currencies: `of_places` decides. A sign with a
letter counts only right before or after its number.
"""

WORDS = {
    "euro": "EUR",
    "euros": "EUR",
    "dollar": "$",
    "dollars": "$",
    "bucks": "$",
    "pound": "GBP",
    "pounds": "GBP",
    "pfund": "GBP",
    "quid": "GBP",
    "sterling": "GBP",
    "franken": "CHF",
    "francs": "CHF",
    "rupee": "INR",
    "rupees": "INR",
    "yen": "JPY",
    "yuan": "CNY",
    "kronor": "SEK",
    "kroner": "KR",
    "zloty": "PLN",
    "dirham": "AED",
    "dirhams": "AED",
    "rand": "ZAR",
    "pesos": "MXN",
    "reais": "BRL",
}
"""Names in lower case. A name of several currencies stands for that of the largest market."""

_EURO_AREA = (
    "austria österreich belgium croatia cyprus estonia finland france germany deutschland greece "
    "ireland italy italia latvia lithuania luxembourg malta netherlands portugal slovakia "
    "slovenia spain españa eurozone berlin munich münchen hamburg cologne köln frankfurt "
    "stuttgart vienna wien paris madrid barcelona rome milan amsterdam dublin brussels lisbon"
)

_PLACES = {
    "USD": "us usa united_states america california texas york florida chicago boston austin",
    "CAD": "canada ontario toronto vancouver quebec québec montreal montréal calgary",
    "AUD": "australia sydney melbourne brisbane perth adelaide",
    "NZD": "new_zealand aotearoa auckland wellington",
    "SGD": "singapore",
    "HKD": "hong_kong",
    "MXN": "mexico méxico",
    "EUR": _EURO_AREA,
    "GBP": "uk united_kingdom england scotland wales britain london manchester birmingham",
    "CHF": "switzerland schweiz suisse zurich zürich geneva basel bern",
    "SEK": "sweden sverige stockholm gothenburg",
    "NOK": "norway norge oslo bergen",
    "DKK": "denmark danmark copenhagen aarhus",
    "JPY": "japan tokyo osaka kyoto 日本 東京 大阪 京都 福岡 名古屋 札幌",
    "CNY": "china beijing shanghai shenzhen 中国 北京 上海 深圳 广州",
    "TWD": "taiwan taipei 台灣 台湾 台北",
    "KRW": "korea seoul busan 한국 대한민국 서울 부산",
    "INR": "india bharat mumbai delhi bangalore bengaluru chennai hyderabad pune kolkata "
    "भारत दिल्ली",
    "THB": "thailand bangkok ไทย กรุงเทพ",
    "IDR": "indonesia jakarta bali",
    "MYR": "malaysia kuala_lumpur",
    "VND": "vietnam việt_nam hanoi hà_nội saigon",
    "PHP": "philippines manila",
    "RUB": "russia moscow россия москва санкт_петербург",
    "UAH": "ukraine kyiv lviv україна київ львів",
    "TRY": "turkey türkiye istanbul ankara izmir",
    "ILS": "israel tel_aviv jerusalem ישראל",
    "SAR": "saudi_arabia riyadh السعودية الرياض",
    "EGP": "egypt cairo مصر القاهرة",
    "HUF": "hungary magyarország budapest",
    "CZK": "czechia czech_republic prague praha brno",
    "RON": "romania românia bucharest bucurești",
    "NGN": "nigeria lagos abuja",
    "KES": "kenya nairobi",
    "PLN": "poland polska warsaw kraków",
    "BRL": "brazil brasil",
    "ZAR": "south_africa johannesburg",
    "AED": "uae emirates dubai",
}

_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")

_SHARED = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"),
    "KR": ("SEK", "NOK", "DKK"),
    "¥": ("JPY", "CNY"),
}


def of_places(locations: Iterable[str]) -> tuple[str, ...]:
    """Return the currencies of the countries and large cities that *locations* name."""
    text = "_".join(["", *(word for place in locations for word in words_of(place)), ""])
    return tuple(
        currency
        for currency, names in _PLACES.items()
        if any(_stands(name, text) for name in names.split())
    )


def _stands(name: str, text: str) -> bool:
    """Whether a place is named; scripts without spaces put it among other words."""
    return (name if _UNSPACED.match(name) else f"_{name}_") in text


def settle(sign: str, local: tuple[str, ...]) -> str:
    """
    Return the ISO 4217 code that *sign* means for a client whose places use *local*.

    A shared sign means the currency of the client's own country, where only one of
    those that share it is named; else the first: US dollar, Swedish krona, yen.
    """
    if sign not in _SHARED:
        return sign
    fitting = [code for code in _SHARED[sign] if code in local]
    return fitting[0] if fitting else _SHARED[sign][0]


def presumed(local: tuple[str, ...]) -> str:
    """Return the currency to assume where none is written: the client's own, else USD."""
    return local[0] if local else "USD"
