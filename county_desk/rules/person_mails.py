"""The mail with the link of an invitation, in Finnish, Swedish and English."""

from __future__ import annotations

from typing import Final

INVITED_SUBJECT: Final = "Omatori: kutsu / inbjudan / invitation"
_INVITED: Final = (
    "{county_fi} kutsuu sinut Omatorin käyttäjäksi. Avaa linkki 72 tunnin kuluessa. Se toimii kerran.\n"
    "{county_sv} bjuder in dig som användare av Omatori. Öppna länken inom 72 timmar. Den fungerar en gång.\n"
    "{county_fi} invites you to use Omatori. Open the link within 72 hours. It works once.\n\n"
    "{link}\n\n"
    "Älä lähetä linkkiä kenellekään. / Skicka inte länken vidare. / Do not forward the link.\n"
)


def invitation_text(county_fi: str, county_sv: str, link: str) -> str:
    """Return the text of the mail."""
    return _INVITED.format(county_fi=county_fi, county_sv=county_sv, link=link)
