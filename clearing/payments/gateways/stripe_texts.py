"""The mail about a provider's account at Stripe, in Finnish and Swedish. It names nobody and no sum."""

from clearing.payments.rules.stripe_payees import Rail

TASK_SUBJECT = "Omatori: Stripe tarvitsee teiltä jotakin / Stripe behöver något av er"
TASK_TEXT = (
    "Stripe ei voi nyt maksaa yrityksellenne. Rahat odottavat, eikä mitään katoa. Kirjautukaa Omatoriin ja "
    "avatkaa Yritys ja sieltä Stripe-tili: siellä lukee, mitä Stripe pyytää.\n\n"
    "Stripe kan inte betala till ert företag just nu. Pengarna väntar och inget försvinner. Logga in i "
    "Omatori och öppna Företaget och där Stripe-kontot: där står vad Stripe ber om.\n"
)
RAIL_SUBJECT = "Omatori: maksutapa vaihtuu / betalningssättet ändras"
RAIL_TEXTS = {
    Rail.STRIPE: (
        "Hyvinvointialue maksaa yrityksellenne jatkossa Stripen kautta, aikaisintaan 48 tunnin kuluttua. "
        "Jos tämä on väärin, soittakaa heti hyvinvointialueelle.\n\n"
        "Välfärdsområdet betalar framöver till ert företag via Stripe, tidigast om 48 timmar. Om det är fel, "
        "ring genast välfärdsområdet.\n"
    ),
    Rail.BANK: (
        "Hyvinvointialue maksaa yrityksellenne jatkossa pankkitilille. Jos tämä on väärin, soittakaa heti "
        "hyvinvointialueelle.\n\n"
        "Välfärdsområdet betalar framöver till ert företags bankkonto. Om det är fel, ring genast "
        "välfärdsområdet.\n"
    ),
}
"""The mail after the way of paying was confirmed, by the new way."""
RETURN_SUBJECT = "Omatori: asiakkaan korttimaksu palautui / en klients kortbetalning har returnerats"
RETURN_TEXT = (
    "Asiakkaan korttimaksu on palautettu, tai maksaja on pyytänyt pankkiaan perumaan sen. Kirjautukaa "
    "Omatoriin ja avatkaa Omavastuut: laskulla lukee, mitä tapahtui ja mitä teidän pitää päättää.\n\n"
    "En klients kortbetalning har returnerats, eller så har betalaren bett sin bank att häva den. Logga in i "
    "Omatori och öppna Självriskandelar: på fakturan står vad som har hänt och vad ni ska besluta.\n"
)
