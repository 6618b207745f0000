"""The mails about passwords, in Finnish, Swedish and English. None names a person."""

from __future__ import annotations

from typing import Final

RESET_SUBJECT: Final = "Omatori: uusi salasana / nytt lösenord / new password"
_RESET: Final = (
    "Valitse uusi salasana tästä linkistä. Se toimii tunnin ajan ja kerran.\n"
    "Välj ett nytt lösenord via länken. Den fungerar i en timme och en gång.\n"
    "Choose a new password by this link. It works for an hour, and once.\n\n"
    "{link}\n\n"
    "Jos et pyytänyt tätä, sinun ei tarvitse tehdä mitään. / Om du inte bad om detta behöver du inte göra "
    "något. / If you did not ask for this, you need not do anything.\n"
)
CHANGED_SUBJECT: Final = "Omatori: salasana on vaihdettu / lösenordet har bytts / password changed"
CHANGED_TEXT: Final = (
    "Salasanasi on vaihdettu, ja sinut on kirjattu ulos kaikilla laitteilla. Jos et vaihtanut sitä itse, "
    "soita meille heti.\n\n"
    "Ditt lösenord har bytts och du har loggats ut på alla enheter. Om du inte bytte det själv, ring oss "
    "genast.\n\n"
    "Your password was changed, and you were logged out on all devices. If you did not change it, call us at "
    "once.\n"
)


def reset_text(link: str) -> str:
    """Return the text of the mail with the link."""
    return _RESET.format(link=link)
