"""The words that dates are made of, in lower case, in the languages that clients write in."""

from __future__ import annotations

NUMBER_WORDS = {
    word: number
    for number, words in {
        1: "a an one ein eine einem einer un une uno una um uma",
        2: "two zwei deux dos due dois duas twee två dwa dwie",
        3: "three drei trois tres tre três drie trzy",
        4: "four vier quatre cuatro quattro quatro fyra cztery",
        5: "five fünf cinq cinco cinque vijf fem pięć",
        6: "six sechs seis sei zes sex sześć",
        7: "seven sieben sept siete sette sete zeven",
        8: "eight acht huit ocho otto oito",
        9: "nine neun neuf nueve nove negen",
        10: "ten zehn dix diez dieci dez tien",
        12: "twelve zwölf douze doce dodici doze twaalf dozen",
        14: "fourteen vierzehn quatorze catorce",
        15: "fifteen fünfzehn quinze quince",
        18: "eighteen achtzehn diciotto dezoito achttien",
        20: "twenty zwanzig vingt veinte venti vinte",
        24: "twenty-four vierundzwanzig",
        30: "thirty dreißig trente treinta trenta trinta dertig",
        36: "thirty-six",
        45: "forty-five",
        60: "sixty sechzig soixante sesenta",
        90: "ninety neunzig noventa",
        100: "hundred",
    }.items()
    for word in words.split()
} | {"a couple of": 2, "couple of": 2, "two dozen": 24, "three dozen": 36, "a dozen": 12}
"""Whole numbers; "half a year" and "1.5 years" are read otherwise."""

UNITS = {
    "day": r"days?|tag(?:e|en)?|jours?|días?|giorn[io]|dias?|dagen|dagar|dni|dzień|"
    r"أيام|يوم[اً]*|दिन",
    "week": r"weeks?|wks?|wochen?|semaines?|semanas?|settiman[ae]|weken|veckor|tygodni\w*|"
    r"أسابيع|أسبوع|सप्ताह",
    "fortnight": r"fortnights?",
    "month": r"months?|mos?|monat(?:e|en)?|mois|mes(?:es)?|mes[ei]|mês|maand(?:en)?|månad(?:er)?|"
    r"miesi(?:ąc\w*|ęcy)|أشهر|شهور|شهر[اً]*|महीन[ेा]|माह",
    "quarter": r"quarters?|quartal(?:e|en)?|trimestr(?:es?|[ei])|kwarta[lł]\w*",
    "year": r"years?|yrs?|jahr(?:e|en)?|ans?|années?|años?|ann[io]|anos?|jaar|år|lata?|roku?|"
    r"سنوات|سنة|साल",
}

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier enero gennaio janeiro januari styczeń stycznia",
            "february feb februar février febrero febbraio fevereiro februari luty lutego",
            "march mar märz maerz mars marzo março maart marzec marca",
            "april apr avril abril aprile kwiecień kwietnia",
            "may mai mayo maggio maio mei maj maja",
            "june jun juni juin junio giugno junho czerwiec czerwca",
            "july jul juli juillet julio luglio julho lipiec lipca",
            "august aug août agosto augustus augusti sierpień sierpnia",
            "september sept sep septembre septiembre settembre setembro wrzesień września",
            "october oct oktober okt octobre octubre ottobre outubro październik października",
            "november nov novembre noviembre novembro listopad listopada",
            "december dec dezember dez décembre diciembre dicembre dezembro grudzień grudnia",
        ),
        1,
    )
    for name in names.split()
}

ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4,
    "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "1.": 1, "2.": 2, "3.": 3, "4.": 4,
    "erstes": 1, "zweites": 2, "drittes": 3, "viertes": 4,
}  # fmt: skip

WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday montag lundi lunes lunedì",
            "tuesday dienstag mardi martes martedì",
            "wednesday mittwoch mercredi miércoles mercoledì",
            "thursday donnerstag jeudi jueves giovedì",
            "friday freitag vendredi viernes venerdì",
            "saturday samstag samedi sábado sabato",
            "sunday sonntag dimanche domingo domenica",
        )
    )
    for name in names.split()
}
"""Monday is 0."""

SEASONS = {
    name: number
    for number, names in enumerate(
        (
            "spring springtime frühling frühjahr printemps primavera",
            "summer summertime sommer été verano estate verão zomer",
            "autumn fall herbst automne otoño autunno outono herfst",
            "winter wintertime hiver invierno inverno",
        )
    )
    for name in names.split()
}
"""Spring is 0."""
