"""Mails to a company that applies, in Finnish, Swedish and English."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

LINK_SUBJECT: Final = "Omatori: hakemuksesi / din ansökan / your application"
_LINK: Final = (
    "Jatka hakemustasi palveluntuottajaksi tästä linkistä. Vastauksesi säilyvät.\n"
    "Fortsätt din ansökan om att bli serviceproducent via länken. Dina svar sparas.\n"
    "Continue your application to become a service provider by this link. Your answers are kept.\n\n"
    "{links}\n\n"
    "Älä lähetä linkkiä kenellekään. / Skicka inte länken vidare. / Do not forward the link.\n"
)
MORE_SUBJECT: Final = "Omatori: hakemusta pitää täydentää / ansökan behöver kompletteras / more is needed"
_MORE: Final = (
    "{county_fi} pyytää täydentämään hakemusta palveluntuottajaksi. Avaa hakemus ja lähetä se uudelleen.\n"
    "{county_sv} ber er komplettera ansökan. Öppna ansökan och skicka den på nytt.\n"
    "{county_fi} asks you to add to your application. Open it and send it again.\n\n"
    "{question}\n\n{link}\n"
)
DECIDED_SUBJECT: Final = "Omatori: hakemus on ratkaistu / ansökan är avgjord / your application is decided"
_DECIDED: Final = (
    "{county_fi} on ratkaissut hakemuksenne. Lue päätös hakemuksesta. Jos teidät hyväksyttiin, omistaja saa "
    "erillisen kutsun.\n"
    "{county_sv} har avgjort er ansökan. Läs beslutet i ansökan. Om ni godkändes får ägaren en separat "
    "inbjudan.\n"
    "{county_fi} has decided your application. Read the decision in it. If you were approved, the owner gets "
    "a separate invitation.\n\n{link}\n"
)


def links_text(links: Iterable[str]) -> str:
    """Return the text of the mail with the links to applications."""
    return _LINK.format(links="\n".join(links))


def more_needed_text(county_fi: str, county_sv: str, question: str, link: str) -> str:
    """Return the text of the mail that asks for more."""
    return _MORE.format(county_fi=county_fi, county_sv=county_sv, question=question, link=link)


def decided_text(county_fi: str, county_sv: str, link: str) -> str:
    """Return the text of the mail that says that the application is decided."""
    return _DECIDED.format(county_fi=county_fi, county_sv=county_sv, link=link)
