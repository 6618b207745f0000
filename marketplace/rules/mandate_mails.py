"""The mails about mandates, in Finnish and Swedish. None names a person, a right or a voucher.

A mail goes to an address that was typed by hand and is read on other people's devices: it says that there is
something to read in Omatori. The code of an invitation is in no mail (docs/decisions/0153).
"""

from __future__ import annotations

from typing import NamedTuple


class MailText(NamedTuple):
    """The subject and the text of a mail."""

    subject: str
    text: str


INVITED = MailText(
    "Omatori: sinut on kutsuttu auttajaksi / du har bjudits in som hjälpare",
    "Sinut on kutsuttu auttajaksi Omatoriin.\n"
    "Kutsuja antaa sinulle koodin. Avaa Omatori ja kirjoita koodi kohtaan Kutsu. "
    "Koodi toimii 14 päivää.\n"
    "Jos et tiedä, kuka kutsui, sinun ei tarvitse tehdä mitään.\n\n"
    "Du har bjudits in som hjälpare i Omatori.\n"
    "Den som bjöd in dig ger dig en kod. Öppna Omatori och skriv koden under Inbjudan. "
    "Koden gäller i 14 dagar.\n"
    "Om du inte vet vem som bjöd in dig behöver du inte göra något.\n",
)
ACCEPTED = MailText(
    "Omatori: kutsusi on hyväksytty / din inbjudan har godkänts",
    "Auttaja on hyväksynyt kutsusi. Näet auttajasi Omatorissa kohdassa Auttajat.\n\n"
    "En hjälpare har godkänt din inbjudan. Du ser dina hjälpare i Omatori under Hjälpare.\n",
)
CHANGED = MailText(
    "Omatori: oikeutesi ovat muuttuneet / dina rättigheter har ändrats",
    "Oikeutesi auttajana ovat muuttuneet. Näet ne Omatorissa kohdassa Autettavat.\n\n"
    "Dina rättigheter som hjälpare har ändrats. "
    "Du ser dem i Omatori under Personer som jag hjälper.\n",
)
GUARDIAN_CHANGED = MailText(
    "Omatori: edunvalvojasi oikeudet ovat muuttuneet / din intressebevakares rättigheter har ändrats",
    "Hyvinvointialue on muuttanut edunvalvojasi oikeuksia. Näet ne Omatorissa kohdassa Auttajat.\n\n"
    "Välfärdsområdet har ändrat din intressebevakares rättigheter. "
    "Du ser dem i Omatori under Hjälpare.\n",
)
ENDED = MailText(
    "Omatori: oikeutesi auttajana on päättynyt / din rätt som hjälpare har upphört",
    "Oikeutesi toimia auttajana on päättynyt.\n\nDin rätt att agera som hjälpare har upphört.\n",
)
PROPOSED = MailText(
    "Omatori: sinulle on ehdotus / du har fått ett förslag",
    "Auttajasi ehdottaa sinulle apua. Lue ehdotus Omatorissa. Sinä päätät.\n\n"
    "Din hjälpare föreslår hjälp för dig. Läs förslaget i Omatori. Du bestämmer.\n",
)
ANSWERED = MailText(
    "Omatori: ehdotukseesi on vastattu / ditt förslag har besvarats",
    "Ehdotukseesi on vastattu. Näet vastauksen Omatorissa.\n\n"
    "Ditt förslag har besvarats. Du ser svaret i Omatori.\n",
)
