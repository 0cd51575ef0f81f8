"""The words that goals are made of, in lower case, in English, German, French and Spanish."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VERBS = _words(
    """
    achieve acquire activate add attract become boost book bring build capture close collect
    convert create cut decrease deliver develop double drive drop earn educate elevate
    encourage enroll enrol ensure enter establish expand finish fill find fix foster gain
    generate get grow halve help hire hit hold improve increase inform inspire introduce keep
    launch lead let lift lower maintain make maximise maximize minimise minimize move obtain
    open optimise optimize own position promote provide publish push quadruple raise rank
    reach reactivate rebuild receive recover recruit reduce refresh register reposition
    restore retain reverse run sell secure see sign shorten showcase show stimulate
    strengthen support sustain take train triple turn upsell win want
    erreichen erhöhen gewinnen senken steigern verdoppeln
    atteindre augmenter doubler gagner générer obtenir réduire
    alcanzar aumentar conseguir duplicar generar lograr obtener reducir
    aumentare firmare ottenere raggiungere ridurre vendere
    alcançar atingir reduzir vender
    zwiększyć zmniejszyć pozyskać zdobyć sprzedać osiągnąć
    verhogen verminderen bereiken verkopen
    زيادة تقليل خفض
    """
)
"""What a new objective begins with."""

VERBS_AT_END = _words(
    """
    aufbauen bekommen erhöhen erreichen erzielen generieren gewinnen haben halbieren machen
    reduzieren senken steigern verdoppeln verdreifachen verkaufen verringern
    """
)
"""German puts the verb after what is counted: "500 neue Abonnenten gewinnen"."""

DECREASING = _words(
    """
    reduce reducing reduced cut cutting decrease decreasing lower lowering minimise minimize
    drop shorten halve fewer less down
    senken reduzieren verringern halbieren weniger
    réduire diminuer baisser moins reducir bajar disminuir menos
    ridurre diminuire abbassare reduzir baixar zmniejszyć ograniczyć obniżyć verminderen verlagen
    minska sänka تقليل خفض कम
    """
)

BELOW = _words("under below < ≤ <= beneath unter moins menos")

FROM = _words(
    "from von de da van z od från من desde depuis currently today derzeit aktuell actuellement"
)

TO = _words("to → -> => ⇒ から auf à a naar do até para till hasta reach hit")

BY = _words("by um +")

LINKS = _words("of at above over > ≥ = : is von bei über")
"""With the prepositions above: what joins a measure to the number that follows it."""

ACCOMPANYING = _words(
    "about around roughly approximately nearly almost approx approx. ca ca. circa some at least "
    "up down only just rund etwa mindestens environ unos today now than"
)
"""Words between a preposition and its number; they change neither."""

LEVELS = _words(
    """
    more less fewer higher lower greater better additional extra growth increase uplift lift
    rise reduction decrease drop decline improvement gain mehr weniger höhere höher mehr
    wachstum steigerung plus moins más menos
    """
)
"""What says that a number is a change: "30 % more traffic", "20 % growth in revenue"."""

ARTICLES = _words(
    """
    a an the our your its their my
    der die das den dem ein eine einen unser unsere unseren unserer mein meine
    le la les l' un une des notre nos el los las una nuestro nuestra nuestros
    """
)

LEAD_INS = _words("we us want need would like aim is be to of then please wir wollen möchten nous")
"""What a goal may begin with before it says anything."""

CHANGING = _words(
    "grow increase boost raise lift improve reduce cut decrease lower drop up down زيادة تقليل خفض"
)
"""Right before a percentage, these say that it is a change: "grow 20 %"."""

TIME_UNITS = _words(
    """
    second seconds minute minutes hour hours day days week weeks month months quarter quarters
    year years stunde stunden tag tage tagen woche wochen monat monate monaten jahr jahre jahren
    heure heures jour jours semaine semaines mois an ans hora horas día días mes meses año años
    """
)

SPANS = {
    **{
        word: word
        for word in _words("hour day night evening week month quarter season year show event")
    },
    "wk": "week",
    "mo": "month",
    "yr": "year",
    **dict.fromkeys(_words("stunde tag woche monat quartal jahr heure jour semaine mois an"), ""),
    **dict.fromkeys(_words("hora día semana mes año"), ""),
}
"""What something may be counted by, and its English name; other languages keep their words."""

STOPS = _words(
    """
    in on at by per from for within over until till before during across through via with
    without after since so that which who and or but while than to into out of among as if
    im am auf bis pro aus für mit ohne nach über und oder aber dass durch von zum zur
    en dans pour par sur avec sans et ou à que depuis d’ici d'ici por para até con sin y hasta
    naar tot entro até do przez w su za med till خلال حتى प्रति
    - – — & + @ / | → -> => ⇒ > = each every compared versus vs vs. against because
    """
)
"""Where the noun phrase after a number ends."""

FACTORS = {
    "double": "2",
    "doubling": "2",
    "triple": "3",
    "tripling": "3",
    "quadruple": "4",
    "halve": "0.5",
    "verdoppeln": "2",
    "verdreifachen": "3",
    "halbieren": "0.5",
    "doubler": "2",
    "tripler": "3",
    "duplicar": "2",
    "triplicar": "3",
}
"""Verbs that are a number, and which."""

RATIOS = _words("roas roi mer ltv ltv:cac ltv/cac acos")
"""Measures that are themselves written as a multiple, so that "3x ROAS" is a level."""

RATES = _words("rate rates ratio rank share through")
LEVEL_NAMES = _words(
    "attendance bounce churn conversion ctr engagement margin nps occupancy retention utilisation"
    " utilization"
)
"""Measures that are percentages themselves: "increase occupancy 80%" names a level."""
RATE_NAMES = _words("win open close show fill hit hold book lead reach sell push hire find")
"""Verbs that a rate may be called by: "open rate" and "win rate" are measures."""

MONEY_VERBS = {
    **dict.fromkeys(_words("raise raising collect collecting fundraise donate"), "money raised"),
    **dict.fromkeys(_words("sell selling"), "sales"),
    **dict.fromkeys(_words("save saving"), "money saved"),
}
"""What a sum is called that a goal only has a verb for; any other is revenue."""
