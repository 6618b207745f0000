"""The mail with the link of an invitation to a provider, in Finnish, Swedish and English."""

from __future__ import annotations

from typing import Final

COLLEAGUE_SUBJECT: Final = "Omatori: kutsu / inbjudan / invitation"
_INVITED: Final = (
    "{provider} kutsuu sinut Omatorin käyttäjäksi. Avaa linkki 72 tunnin kuluessa. Se toimii kerran.\n"
    "{provider} bjuder in dig som användare av Omatori. Öppna länken inom 72 timmar. Den fungerar en gång.\n"
    "{provider} invites you to use Omatori. Open the link within 72 hours. It works once.\n\n"
    "{link}\n\n"
    "Älä lähetä linkkiä kenellekään. / Skicka inte länken vidare. / Do not forward the link.\n"
)


def colleague_text(provider: str, link: str) -> str:
    """Return the text of the mail."""
    return _INVITED.format(provider=provider, link=link)
