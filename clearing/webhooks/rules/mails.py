"""The mail to a provider's owners when an address takes nothing any more, in Finnish and Swedish."""

from __future__ import annotations

from typing import Final

STOPPED_SUBJECT: Final = "Omatori ei saa yhteyttä ohjelmaasi / Omatori når inte ditt program"


def stopped_text(address: str) -> str:
    """Return the text. It names no address of the program: mail is read by others too.

    Args:
        address: The public address of the service, for the link.
    """
    page = f"{address}/t/rajapinta/ilmoitukset"
    return (
        "Ohjelmasi ei ole kolmeen päivään ottanut vastaan Omatorin ilmoituksia.\n"
        "Emme enää lähetä niitä. Tarkista osoite ja ota ilmoitukset takaisin käyttöön.\n"
        "Veloitukset ja maksut kulkevat kuten ennenkin.\n"
        f"{page}\n\n"
        "Ditt program har inte på tre dagar tagit emot meddelanden från Omatori.\n"
        "Vi skickar dem inte längre. Kontrollera adressen och ta meddelandena i bruk igen.\n"
        "Debiteringar och betalningar går som förut.\n"
        f"{page}\n"
    )
