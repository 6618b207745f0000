"""When a failed message is sent again, and the texts of mails, in Finnish and Swedish."""

from datetime import date, timedelta

from foundation.vocabulary.money import Money

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


def wait_before_retry(failed_attempts: int) -> timedelta:
    """Return how long to wait after this many failures: a minute, doubled each time, at most six hours."""
    doublings = min(failed_attempts - 1, 16)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def advice_subject(sum_cents: Money, county_fi: str, county_sv: str) -> str:
    """Return the subject of a payment advice."""
    return f"Maksu tulossa {_euros(sum_cents)} / Betalning på väg: {county_fi} / {county_sv}"


def advice_text(sum_cents: Money, reference: str, settlement_id: int, execution_day: date | None) -> str:
    """Return the text of a payment advice, sent when the payment has gone to the bank."""
    day = "" if execution_day is None else f"{execution_day.day}.{execution_day.month}.{execution_day.year}"
    return (
        f"Teille maksetaan {_euros(sum_cents)}.\n"
        f"Maksupäivä: {day}\nViite: {reference}\nTilitys: {settlement_id}\n"
        "Näet tilityksen veloitukset Omatorissa kohdassa Tilitykset.\n\n"
        f"Vi betalar {_euros(sum_cents)} till er.\n"
        f"Betalningsdag: {day}\nReferens: {reference}\nRedovisning: {settlement_id}\n"
        "Debiteringarna i redovisningen finns i Omatori under Redovisningar.\n"
    )


def claim_subject(sum_cents: Money, county_fi: str, county_sv: str) -> str:
    """Return the subject of the mail about a claim."""
    return f"Takaisin maksettavaa {_euros(sum_cents)} / Att betala tillbaka: {county_fi} / {county_sv}"


def claim_text(sum_cents: Money, reference: str, due_on: date) -> str:
    """Return the text of the mail about a claim. It has no personal data, so not why it is claimed."""
    day = f"{due_on.day}.{due_on.month}.{due_on.year}"
    return (
        f"Hyvinvointialue perii teiltä takaisin {_euros(sum_cents)}.\n"
        f"Eräpäivä: {day}\nViite: {reference}\n"
        "Hyvinvointialue lähettää laskun. Näet saatavan Omatorissa kohdassa Tilitykset.\n\n"
        f"Välfärdsområdet kräver {_euros(sum_cents)} tillbaka av er.\n"
        f"Förfallodag: {day}\nReferens: {reference}\n"
        "Välfärdsområdet skickar en faktura. Fordran finns i Omatori under Redovisningar.\n"
    )


WAITS_SUBJECT = "Sinulle on asiaa Omatorissa / Du har ett ärende i Omatori"
WAITS_TEXT = (
    "Omatorissa on asia, joka odottaa vastaustasi.\n"
    "Kirjaudu Omatoriin ja lue se siellä. Tässä viestissä ei ole henkilötietoja.\n\n"
    "I Omatori finns ett ärende som väntar på ditt svar.\n"
    "Logga in i Omatori och läs det där. Det här meddelandet innehåller inga personuppgifter.\n"
)
"""The mail that something waits in the program. It has no personal data, so not what."""


PLAN_SUBJECT = "Suunnitelmasi on muuttunut / Din plan har ändrats"
PLAN_TEXT = (
    "Apusi kestää nyt eri päivään kuin ennen, tai maksat itse enemmän.\n"
    "Kirjaudu Omatoriin ja katso. Voit muuttaa käyntejä, siirtää rahaa tai valita toisen auttajan.\n"
    "Voit myös soittaa hyvinvointialueelle. Tässä viestissä ei ole henkilötietoja.\n\n"
    "Din hjälp räcker nu till en annan dag än förut, eller så betalar du mer själv.\n"
    "Logga in i Omatori och se. Du kan ändra besök, flytta pengar eller välja en annan hjälpare.\n"
    "Du kan också ringa välfärdsområdet. Det här meddelandet innehåller inga personuppgifter.\n"
)
"""The mail to a client whose plan ends over a week earlier or later, or costs over 10 % more."""

FIND_ANOTHER_SUBJECT = "Etsi toinen palveluntuottaja / Sök en annan serviceproducent"
FIND_ANOTHER_TEXT = (
    "Palveluntuottaja, jonka valitsit, ei voi enää auttaa sinua.\n"
    "Kirjaudu Omatoriin. Siellä on muita, jotka voit valita. Voit myös soittaa hyvinvointialueelle.\n"
    "Tässä viestissä ei ole henkilötietoja.\n\n"
    "Den serviceproducent som du valde kan inte hjälpa dig längre.\n"
    "Logga in i Omatori. Där finns andra som du kan välja. Du kan också ringa välfärdsområdet.\n"
    "Det här meddelandet innehåller inga personuppgifter.\n"
)
"""The mail to a client whose provider stops."""

FIND_FOR_CLIENT_TEXT = (
    "Henkilö, jota autat Omatorissa, tarvitsee toisen palveluntuottajan.\n"
    "Kirjaudu Omatoriin ja katso, kuka se voisi olla. Tässä viestissä ei ole henkilötietoja.\n\n"
    "En person som du hjälper i Omatori behöver en annan serviceproducent.\n"
    "Logga in i Omatori och se vem det kunde vara. "
    "Det här meddelandet innehåller inga personuppgifter.\n"
)
"""The mail to a representative whose client's provider stops."""

MESSAGE_SUBJECT = "Sinulle on viesti Omatorissa / Du har ett meddelande i Omatori"
MESSAGE_TEXT = (
    "Sinulle on uusi viesti Omatorissa.\n"
    "Kirjaudu Omatoriin ja lue se siellä. Tässä viestissä ei ole henkilötietoja.\n\n"
    "Du har ett nytt meddelande i Omatori.\n"
    "Logga in i Omatori och läs det där. Det här meddelandet innehåller inga personuppgifter.\n"
)
"""The mail that there is a message in the program; it names neither sender nor words."""


FEEDBACK_SUBJECT = "Palautteesta on uutta Omatorissa / Nytt om responsen i Omatori"
FEEDBACK_TEXT = (
    "Palautteeseen on vastattu, tai hyvinvointialue on lukenut sen.\n"
    "Kirjaudu Omatoriin ja lue lisää siellä. Tässä viestissä ei ole henkilötietoja.\n\n"
    "Responsen har fått ett svar, eller välfärdsområdet har läst den.\n"
    "Logga in i Omatori och läs mer där. Det här meddelandet innehåller inga personuppgifter.\n"
)
"""The mail that feedback was answered or decided about. It says neither what nor who."""


def books_differ_text(first: str, count: int) -> str:
    """Return the text of the alarm that the books do not agree; `first` names the first difference."""
    return (
        f"Kirjanpidon tarkistus löysi {count} eroa. Ensimmäinen: {first}\n"
        "Älkää maksako ennen kuin ero on selvitetty. Lisää: omatori verify\n\n"
        f"Kontrollen av bokföringen hittade {count} skillnader. Den första: {first}\n"
        "Betala inte innan skillnaden har utretts. Mer: omatori verify\n"
    )


def anchor_text(value: str) -> str:
    """Return the text of the mail with the last value of the audit chain, in hexadecimal."""
    return (
        f"Lokiketjun viimeinen arvo: {value}\nSäilyttäkää tämä viesti. Tarkistus: omatori verify --anchor\n\n"
        f"Loggkedjans sista värde: {value}\nSpara detta meddelande. Kontroll: omatori verify --anchor\n"
    )


def _euros(cents: Money) -> str:
    whole, rest = divmod(cents, 100)
    return f"{whole:,}".replace(",", "\u00a0") + f",{rest:02d}\u00a0€"


PAYMENTS_STOPPED_TEXT = (
    "Kirjanpidon yöllinen tarkistus löysi eron. Maksuajoja ei voi valmistella, hyväksyä eikä lähettää.\n"
    "Ylläpito selvittää eron. Maksut jatkuvat, kun tarkistus täsmää. Omatorissa ei tarvitse tehdä mitään.\n\n"
    "Nattens kontroll av bokföringen hittade en skillnad. Betalningar kan inte förberedas, godkännas eller "
    "skickas.\n"
    "Driften utreder skillnaden. Betalningarna fortsätter när kontrollen stämmer. "
    "Du behöver inte göra något.\n"
)
"""The mail to the people who settle that payments are stopped."""

RUN_LATE_SUBJECT = "Omatori: maksuajo on myöhässä / betalningskörningen är försenad"


def run_late_text(pay_day: date, address: str) -> str:
    """Return the text of the mail to the people who settle in a county: which pay day its run has missed.

    Args:
        pay_day: The first pay day that no run can reach any more.
        address: The public address of the service, for the link.
    """
    day = f"{pay_day.day}.{pay_day.month}.{pay_day.year}"
    return (
        f"Alueen maksuajo on myöhässä: maksupäivään {day} ei enää ehditä, ja palveluntuottajat näkevät sen.\n"
        "Avaa Maksuajot. Siellä lukee, pitääkö ajo valmistella, hyväksyä vai lähettää. "
        "Rahat maksetaan lähettämistä seuraavana pankkipäivänä.\n"
        "Tämä viesti tulee kerran päivässä, kunnes ajo on lähetetty.\n\n"
        f"Områdets betalningskörning är försenad: betalningsdagen {day} nås inte längre, och "
        "serviceproducenterna ser det.\n"
        "Öppna Betalningskörningar. Där står om körningen ska förberedas, godkännas eller skickas. "
        "Pengarna betalas bankdagen efter att den har skickats.\n"
        "Det här meddelandet kommer en gång om dagen, tills körningen är skickad.\n\n"
        f"{address.rstrip('/')}/mt/ajot\n"
    )


NEW_BILL_TEXT = (
    "Omatoriin on tullut lasku: osa käynneistä, jonka maksat itse.\n"
    "Kirjaudu Omatoriin ja avaa Omat laskut. Tässä viestissä ei ole henkilötietoja.\n\n"
    "En räkning har kommit i Omatori: den del av besöken som du betalar själv.\n"
    "Logga in i Omatori och öppna Mina räkningar. Det här meddelandet innehåller inga personuppgifter.\n"
)
LATE_BILL_TEXT = (
    "Omatorissa on lasku, jonka eräpäivä on mennyt ja jota ei ole merkitty maksetuksi.\n"
    "Jos olet jo maksanut, sinun ei tarvitse tehdä mitään. Muuten kirjaudu Omatoriin ja avaa Omat laskut.\n"
    "Jos jokin on väärin, sano se Omatorissa. Tässä viestissä ei ole henkilötietoja.\n\n"
    "I Omatori finns en räkning vars förfallodag har gått och som inte är markerad som betald.\n"
    "Om du redan har betalat behöver du inte göra något. Logga annars in och öppna Mina räkningar.\n"
    "Om något är fel, säg det i Omatori. Det här meddelandet innehåller inga personuppgifter.\n"
)
BILL_MAILS = {
    "new": ("Sinulle on lasku Omatorissa / Du har en räkning i Omatori", NEW_BILL_TEXT),
    "late": ("Laskun eräpäivä on mennyt / En räkning har förfallit", LATE_BILL_TEXT),
}
"""The mails that a bill of own shares has come, and that its due day has passed: subject and text."""
