"""A1: every page against every role and a visitor, from a table written by hand.

A new page without a row breaks the build, and so does a row whose page is gone. The same table of the API is
in `tests/api/test_roles.py`.
"""

from __future__ import annotations

import re

import pytest

from foundation.vocabulary.roles import PEOPLE_OF_PROVIDERS, SECOND_FACTOR_ROLES, Role
from tests.security.conftest import SmallWorld, token_of
from tests.security.pages_of_admins import ADMIN

pytestmark = pytest.mark.slow
SHORT = (Role.CLIENT, Role.PROVIDER_BILLER, Role.WORKER, Role.SETTLEMENT_OFFICER, None)
ROLES = [role if role in SHORT else pytest.param(role, marks=pytest.mark.long) for role in (*Role, None)]
PUBLIC = """
GET /apua/tehtavat · GET /t/kalenteri/<secret>.ics · GET /t/jono.js · GET /t/ei-yhteytta · GET / · GET /alku
GET /api/docs · GET /api/openapi.json · GET /apua · GET /asetukset · POST /asetukset · GET /etsi
GET /etsi/tulokset · GET /health/live · GET /health/ready · GET /kirjaudu · POST /kirjaudu · GET /metrics
GET /rooli · POST /rooli · GET /saavutettavuus · GET /tarjonta/<offering_id> · GET /tietosuoja · GET /kutsu
POST /kutsu · POST /kutsu/hyvaksy · POST /kutsu/tunnus · GET /kirjaudu/unohtui · POST /kirjaudu/unohtui
GET /hae/palveluntuottajaksi · GET /kirjaudu/uusi-salasana/<code> · POST /kirjaudu/uusi-salasana/<code>
GET /kutsu/rooli/<code> · POST /kutsu/rooli/<code> · POST /kutsu/rooli/<code>/hyvaksy · POST /stripe/events
POST /kirjaudu/palvelu/<service> · GET /kirjaudu/palvelu/<service>/paluu
GET /kirjaudu/palvelu/<service>/avaimet.json · POST /api/kirjaudu/<service>/ulos · GET /kutsu/tili/<code>
POST /kutsu/tili · POST /kutsu/tili/hyvaksy · POST /kutsu/palvelu · POST /kutsu/tili/palvelu
POST /kutsu/yritys/<code>/palvelu · POST /kutsu/rooli/<code>/palvelu · POST /kirjaudu/vahvistus/avain
POST /hae/palveluntuottajaksi · GET /hae/palveluntuottajaksi/linkki · POST /hae/palveluntuottajaksi/linkki
GET /hakemus/<code> · GET /hakemus/<code>/<task> · POST /hakemus/<code>/<task> · POST /hakemus/<code>/laheta
POST /hakemus/<code>/peru · GET /hakemus/<code>/liite/<paper_id> · GET /kutsu/yritys/<code>
POST /kutsu/yritys/<code> · POST /kutsu/yritys/<code>/hyvaksy · GET /kirjaudu/vahvistus
POST /kirjaudu/vahvistus · GET /kirjaudu/kayttoonotto · POST /kirjaudu/kayttoonotto
GET /tilitys/<check_code> · GET /tuottaja/<business_id> · POST /ulos · POST /ulos/kaikkialta · GET /vertaa
GET /kuvat/<photo_id>/<size>.webp
"""
CONFIRMING = """
GET /kirjautumistavat · POST /kirjautumistavat/avaimet · POST /kirjautumistavat/avaimet/<passkey_id>/poista
"""
CLIENTS = """
GET /kaynnit · GET /kaynnit/<visit_id>/siirra · POST /kaynnit/<visit_id>/siirra · GET /kaynnit/<visit_id>/peru
POST /kaynnit/<visit_id>/peru · POST /kaynnit/<visit_id>/palauta · GET /valitse/tarkenna · GET /poissa
POST /poissa · POST /poissa/<pause_id>/paata · GET /kokeile · GET /ehdotukset · GET /ehdotukset/<proposal_id>
POST /ehdotukset/<proposal_id>/hylkaa · POST /ehdotukset/<proposal_id>/kommentti
POST /ehdotukset/<proposal_id>/kommentti/<comment_id>/poista · POST /ehdotukset/<proposal_id>/peru
GET /katsojat/<day>/<person_id>/kysy · POST /katsojat/<day>/<person_id>/kysy · GET /katsojat · GET /kortti
GET /kortti/<size>.pdf · GET /kortti/peru · POST /kortti/peru · GET /kortti/uusi · POST /kortti/uusi
GET /kulut · GET /kulut/<charge_id>/ei-oikein · POST /kulut/<charge_id>/ei-oikein
POST /kulut/<charge_id>/oikein · GET /kulut/<charge_id>/keskustelu · POST /kulut/<charge_id>/keskustelu
GET /oma · GET /oma/seteli/<voucher> · GET /viestit · GET /viestit/tyontekija · POST /viestit/tyontekija
GET /viestit/palveluntuottaja/<provider_id> · POST /viestit/palveluntuottaja/<provider_id> · GET /oma/kirjeet
GET /oma/kirjeet/<month>.pdf · GET /oma/seteli/<voucher>/tapahtumat · GET /oma/siirra · POST /oma/siirra
GET /oma/siirra/tarkista · GET /oma/siirra/valmis/<number> · GET /oma/valinta/<choice_id>/toinen
GET /oma/valinta/<choice_id>/lopeta · POST /oma/valinta/<choice_id>/lopeta · GET /seuranta · GET /valitse
POST /valitse · GET /valitse/en-halua-setelia · GET /valitse/tarkista · GET /valitse/valmis/<choice_id>
GET /ajat · POST /ajat/<offered_id>/valitse · POST /ajat/pyynto/<request_id>/peru
GET /tarjonta/<offering_id>/kysy-aikaa · POST /tarjonta/<offering_id>/kysy-aikaa · GET /suunnitelma
POST /valitse/en-halua-setelia · GET /valitse/auta-valitsemaan · GET /palaute/<business_id>
POST /palaute/<business_id> · GET /muistilista · POST /muistilista · POST /muistilista/poista
POST /valitse/auta-valitsemaan · POST /valitse/pyynto/<request_id>/peru · GET /omat-tiedot · POST /omat-tiedot
GET /omavastuu · GET /omavastuu/<invoice_id> · GET /omavastuu/<invoice_id>.pdf
GET /omavastuu/hyvitys/<note_id>.pdf · POST /omavastuu/<invoice_id>/maksa · GET /omavastuu/<invoice_id>/palaa
"""
CLIENT_ALONE = """
GET /suunnitelma/<question> · POST /suunnitelma/<question> · GET /suunnitelma/jako · POST /suunnitelma/jako
GET /suunnitelma/tavoite · POST /suunnitelma/tavoite · GET /suunnitelma/tavoite/<goal_id>
POST /suunnitelma/tavoite/<goal_id> · POST /suunnitelma/tavoite/<goal_id>/poista
"""
OWN_CLIENT = """
GET /kutsu/valmis · POST /auttajat/kutsut/kirje
GET /auttajat · GET /auttajat/kutsu · POST /auttajat/kutsu · POST /auttajat/kutsut/<invitation_id>/peru
GET /auttajat/<mandate_id> · POST /auttajat/<mandate_id> · GET /auttajat/<mandate_id>/lopeta
POST /auttajat/<mandate_id>/lopeta · GET /auttajat/tehty
"""
REPRESENTATIVE = "GET /ehdota · POST /ehdota · GET /puolesta · POST /puolesta/<client_id>"
PROVIDERS = """
GET /t/aikapyynnot · GET /t/aikapyynnot/<request_id> · POST /t/aikapyynnot/<request_id>
GET /t/halytys/<alert_id> · POST /t/halytys/<alert_id> · GET /t/kaynnit · GET /t/kaynnit/kirjaamatta
POST /t/kaynnit/<visit_id>/tehty · POST /t/kaynnit/<visit_id>/tehty/jono
GET /t/kaynnit/<visit_id>/ei-toteutunut
POST /t/kaynnit/<visit_id>/ei-toteutunut · GET /t/kaynnit/<visit_id>/videolinkki
POST /t/kaynnit/<visit_id>/videolinkki · GET /t/kysymys/<question_id> · POST /t/kysymys/<question_id>
GET /t/korjattavat · POST /t/korjattavat/<charge_id>/ei-veloiteta · POST /t/korjattavat/<charge_id>/palauta
POST /t/kirjaa/jono · GET /t · GET /t/kirjaa · POST /t/kirjaa
GET /t/kirjaukset · GET /t/kirjaukset/<charge_id> · GET /t/kirjaukset/<charge_id>/korjaa
POST /t/kirjaukset/<charge_id>/korjaa · POST /t/kirjaukset/<charge_id>/peru
GET /t/kirjaukset/<charge_id>/keskustelu · GET /t/palaute · GET /t/palaute/<feedback_id>
POST /t/palaute/<feedback_id> · GET /t/viestit · GET /t/viestit/<client_id> · POST /t/viestit/<client_id>
POST /t/kirjaukset/<charge_id>/keskustelu · GET /t/palvelut · GET /t/palvelut/<offering_id>
GET /t/palvelut/<offering_id>/muokkaa · POST /t/palvelut/<offering_id>/muokkaa · GET /t/palvelut/uusi
POST /t/palvelut/uusi · GET /t/tilitykset · GET /t/tilitykset/<settlement_id>
GET /t/tilitykset/<settlement_id>.xml · GET /t/tilitykset/<settlement_id>.pdf
GET /t/tilitykset/<settlement_id>.xlsx · GET /t/tilitykset/<settlement_id>.csv · GET /t/toimipisteet
GET /t/toimipisteet/uusi · POST /t/toimipisteet/uusi · GET /t/toimipisteet/<place_id>
POST /t/toimipisteet/<place_id> · GET /t/toimipisteet/<place_id>/sulje · POST /t/toimipisteet/<place_id>/sulje
GET /t/vapaat · POST /t/vapaat · POST /t/vapaat/suljettu · POST /t/vapaat/poista · GET /t/tuo · POST /t/tuo
GET /t/tuo/<file_id> · POST /t/tuo/<file_id> · GET /t/tuo/<file_id>/sarakkeet
POST /t/tuo/<file_id>/sarakkeet · POST /t/tuo/<file_id>/unohda · GET /t/tuo/lahetetty/<file_id>
GET /t/tuo/lahetetty/<file_id>/hylatyt.csv · GET /t/tuo/malli.csv · GET /t/yritys · GET /t/omavastuut
GET /t/omavastuut/uusi/<client_id>/<month> · POST /t/omavastuut/uusi/<client_id>/<month>
GET /t/omavastuut/kuukausi/<month> · GET /t/omavastuut/<invoice_id> · GET /t/omavastuut/<invoice_id>.pdf
POST /t/omavastuut/<invoice_id>/maksettu · GET /t/tuo/lahetetty/<file_id>/hylatyt.tiedosto
GET /t/tuo/lahetetty/<file_id>/vastaus.csv · POST /t/omavastuut/kuukausi/<month>
POST /t/omavastuut/<invoice_id>/hyvita · POST /t/omavastuut/<invoice_id>/maksut/<receipt_id>/peru
GET /t/omavastuut/hyvitys/<note_id>.pdf · POST /t/omavastuut/<invoice_id>/palautunut/<choice>/<cents>
POST /t/tuo/<file_id>/pysayta · POST /t/tuo/<file_id>/kokeile
POST /t/tuo/lahetetty/<file_id>/pysayta · POST /t/tuo/lahetetty/<file_id>/jatka
GET /t/yritys/paperit · GET /t/kuvat · POST /t/kuvat · POST /t/kuvat/poista
GET /t/kuvat/<photo_id> · POST /t/kuvat/<photo_id>
"""
CALENDARS = """
GET /t/kirjaa/jono · GET /t/kirjaa/jono/tila
GET /t/kalenteri · POST /t/kalenteri · GET /t/kalenteri/mitatoi · POST /t/kalenteri/mitatoi
"""
VISITING = """
GET /t/omat · POST /t/omat/<visit_id>/tehty · POST /t/omat/<visit_id>/tehty/jono
GET /t/omat/<visit_id>/ei-toteutunut · POST /t/omat/<visit_id>/ei-toteutunut
GET /t/omat/<visit_id>/toisin · POST /t/omat/<visit_id>/toisin · POST /t/omat/<visit_id>/toisin/jono
"""
OWNER = """
GET /t/yritys/paperit/<slug> · POST /t/yritys/paperit/<slug> · POST /t/yritys/paperit/<renewal_id>/peru
POST /t/yritys/ihmiset/tunnistus/<reset_id>/pysayta · GET /t/yritys/ihmiset/<role_grant_id>/asiakkaat
POST /t/yritys/ihmiset/<role_grant_id>/asiakkaat · GET /t/hakemukset · POST /t/hakemukset
GET /t/hakemukset/<application_id> · GET /t/hakemukset/<application_id>/<task>
POST /t/hakemukset/<application_id>/<task> · POST /t/hakemukset/<application_id>/laheta
POST /t/hakemukset/<application_id>/peru · GET /t/hakemukset/<application_id>/liite/<paper_id>
GET /t/yritys/ihmiset · GET /t/yritys/ihmiset/kutsu · POST /t/yritys/ihmiset/kutsu
GET /t/yritys/ihmiset/<role_grant_id> · POST /t/yritys/ihmiset/<role_grant_id>
GET /t/yritys/ihmiset/<role_grant_id>/lopeta · POST /t/yritys/ihmiset/<role_grant_id>/lopeta
POST /t/yritys/ihmiset/kutsut/<invitation_id>/peru · GET /t/yritys/tili · POST /t/yritys/tili
GET /t/yritys/laskut · POST /t/yritys/laskut · POST /t/yritys/laskut/lopeta · GET /t/yritys/stripe
POST /t/yritys/stripe/<code> · GET /t/yritys/stripe/<code>/palaa · POST /t/palvelut/<offering_id>/hinnat
POST /t/palvelut/<offering_id>/hinnat/<price_id>/peru · GET /t/palvelut/tuo · POST /t/palvelut/tuo
GET /t/rajapinta · GET /t/rajapinta/uusi · POST /t/rajapinta/uusi · POST /t/rajapinta/<key_id>/vanha
GET /t/rajapinta/<key_id>/uusi-salaisuus · POST /t/rajapinta/<key_id>/uusi-salaisuus
GET /t/rajapinta/ilmoitukset · GET /t/rajapinta/ilmoitukset/<webhook_id> · GET /t/rajapinta/ilmoitukset/uusi
POST /t/rajapinta/ilmoitukset/uusi · GET /t/rajapinta/ilmoitukset/<webhook_id>/muuta
POST /t/rajapinta/ilmoitukset/<webhook_id>/muuta · GET /t/rajapinta/ilmoitukset/<webhook_id>/salaisuus
POST /t/rajapinta/ilmoitukset/<webhook_id>/salaisuus · GET /t/rajapinta/ilmoitukset/<webhook_id>/poista
POST /t/rajapinta/ilmoitukset/<webhook_id>/poista · POST /t/rajapinta/ilmoitukset/<webhook_id>/tila
POST /t/rajapinta/ilmoitukset/<webhook_id>/kokeile · GET /t/yritys/paperit/liite/<renewal_id>
POST /t/rajapinta/ilmoitukset/<webhook_id>/lahetykset/<delivery_id>/uudelleen
GET /t/rajapinta/ilmoitukset/<webhook_id>/tauko
GET /t/rajapinta/<key_id>/mitatoi · POST /t/rajapinta/<key_id>/mitatoi
"""
WORKER = """
GET /tt/asiakas/<client_id>/tunnus · POST /tt/asiakas/<client_id>/tunnus
POST /tt/asiakas/<client_id>/tunnus/kirje · POST /tt/asiakas/<client_id>/tunnus/<invitation_id>/peru
POST /tt/asiakas/<client_id>/edunvalvoja/kirje · GET /tt/asiakas/<client_id>/edunvalvoja
POST /tt/asiakas/<client_id>/edunvalvoja · GET /tt/asiakas/<client_id>/edunvalvoja/<mandate_id>
POST /tt/asiakas/<client_id>/edunvalvoja/<mandate_id>
POST /tt/asiakas/<client_id>/edunvalvoja/<mandate_id>/lopeta
POST /tt/asiakas/<client_id>/edunvalvoja/kutsu/<invitation_id>/peru · GET /tt/halytys/<alert_id>
POST /tt/halytys/<alert_id> · GET /tt/halytys/tuottaja/<alert_id> · POST /tt/halytys/tuottaja/<alert_id>
GET /tt/kysymys/<question_id> · POST /tt/kysymys/<question_id> · GET /tt · GET /tt/asiakas/<client_id>
POST /tt/asiakas/<client_id> · GET /tt/asiakkaat · GET /tt/asiakas/<client_id>/kirje/<month>.pdf
GET /tt/asiakas/<client_id>/tiedot · POST /tt/asiakas/<client_id>/tiedot
GET /tt/asiakas/<client_id>/turvakielto · POST /tt/asiakas/<client_id>/turvakielto
GET /tt/asiakas/<client_id>/kortti · POST /tt/asiakas/<client_id>/kortti
GET /tt/asiakas/<client_id>/suunnitelma · POST /tt/hakusanat · POST /tt/hakusanat/poista
GET /tt/pyynto/<request_id> · POST /tt/pyynto/<request_id> · GET /tt/hinnat/tuo · POST /tt/hinnat/tuo
GET /tt/myonna · GET /tt/myonna/<step> · POST /tt/myonna/<step> · GET /tt/myonna/tarkista
POST /tt/myonna/tarkista · GET /tt/myonna/valmis · GET /tt/palaute · GET /tt/palaute/<feedback_id>
POST /tt/palaute/<feedback_id> · GET /tt/viestit · GET /tt/viestit/<client_id> · POST /tt/viestit/<client_id>
GET /tt/selvitettava/<charge_id>/keskustelu · POST /tt/selvitettava/<charge_id>/keskustelu
GET /tt/selvitettava/<charge_id> · POST /tt/selvitettava/<charge_id> · GET /tt/selvitettavat
GET /tt/seteli/<voucher>/<change> · POST /tt/seteli/<voucher>/<change>
GET /tt/tuottaja/<business_id>/<service> · POST /tt/tuottaja/<business_id>/<service>
GET /tt/kuvat/<photo_id> · POST /tt/kuvat/<photo_id>
"""
DESK = "GET /tt/hakusanat · GET /tt/hinnat · GET /tt/tuottaja/<business_id> · GET /tt/tuottajat"
CASEWORK = """
GET /tt/tunnistus/<business_id> · POST /tt/tunnistus/<business_id> · POST /tt/paperit/<renewal_id>
POST /tt/tunnistus/<business_id>/<reset_id>/vahvista · POST /tt/tunnistus/<business_id>/<reset_id>/pysayta
GET /tt/hakemukset · GET /tt/hakemukset/<application_id> · POST /tt/hakemukset/<application_id>/lisatieto
GET /tt/hakemukset/<application_id>/palvelu/<service> · POST /tt/hakemukset/<application_id>/palvelu/<service>
GET /tt/hakemukset/<application_id>/liite/<paper_id> · GET /tt/paperit/liite/<renewal_id>
GET /tt/alkusaldot · POST /tt/alkusaldot · GET /tt/alkusaldot/<opening_id>
POST /tt/alkusaldot/<opening_id>/hylkaa · GET /tt/paperit · GET /tt/paperit/<renewal_id>
GET /hb/saannot · GET /hb/saannot/muuta · POST /hb/saannot/muuta · POST /hb/saannot/<version_id>/hylkaa
"""
COORDINATOR = "POST /tt/alkusaldot/<opening_id>/hyvaksy · POST /hb/saannot/<version_id>/hyvaksy"
PLANNERS = "GET /hb · GET /hb/vaikutus"
OFFICER = """
POST /mt/ajot/<run_id>/palauta/<settlement_id> · POST /mt/ajot/<run_id>/peru
GET /mt/ajot/<run_id>/takaisin/<payment_id> · POST /mt/ajot/<run_id>/takaisin/<payment_id>
GET /mt/ajot/<run_id>/pidata/<settlement_id> · POST /mt/ajot/<run_id>/pidata/<settlement_id>
GET /mt/ajot/uusi · POST /mt/ajot/uusi · GET /mt/ajot/uusi/tarkista · POST /mt/ajot/uusi/tarkista
GET /mt/korjaa · POST /mt/korjaa · GET /mt/saatavat · GET /mt/saatavat/<provider_id>
POST /mt/saatavat/<provider_id> · GET /mt/saatava/<claim_id> · POST /mt/saatava/<claim_id>
POST /mt/saatava/<claim_id>/muistuta · GET /mt/ajot/<run_id>/peru
"""
APPROVER = "POST /mt/ajot/<run_id>/hyvaksy · POST /mt/ajot/<run_id>/takaisin/<payment_id>/hyvaksy"
SETTLERS = """
GET /mt/tilit · POST /mt/tilit/<account_id>/vahvista
POST /mt/ajot/<run_id>/tiedosto · POST /mt/ajot/<run_id>/vastaus/<payment_id> · GET /mt/vastaukset
POST /mt/vastaukset · GET /mt/vapauta · POST /mt/vapauta · POST /mt/ajot/<run_id>/laheta
GET /mt/maksutavat · GET /mt/maksutavat/<provider_id> · POST /mt/maksutavat/<provider_id>
POST /mt/maksutavat/vahvista/<rail_id> · POST /mt/maksutavat/peru/<rail_id>
GET /mt/stripe · POST /mt/stripe/vertaa · GET /mt/stripe/havainto · POST /mt/stripe/havainto
"""
RUN_READERS = "GET /mt/ajot · GET /mt/ajot/<run_id>"
AUDITOR = """
GET /tarkastus · POST /tarkastus · GET /tarkastus/loki · GET /tarkastus/loki.csv
GET /tarkastus/tilikirja.csv
"""
KEEPERS = "GET /sailytys"
ALLOWED: dict[str, set[Role]] = {
    PUBLIC: set(Role),
    CLIENTS: {Role.CLIENT, Role.REPRESENTATIVE},
    CLIENT_ALONE: {Role.CLIENT},
    OWN_CLIENT: {Role.CLIENT},
    REPRESENTATIVE: {Role.REPRESENTATIVE},
    PROVIDERS: {Role.PROVIDER_BILLER, Role.PROVIDER_OWNER},
    VISITING: {Role.PROVIDER_WORKER},
    CALENDARS: set(PEOPLE_OF_PROVIDERS),
    OWNER: {Role.PROVIDER_OWNER},
    WORKER: {Role.WORKER},
    DESK: set(Role) - {Role.CLIENT, Role.REPRESENTATIVE, *PEOPLE_OF_PROVIDERS, Role.ADMIN},
    CASEWORK: {Role.WORKER, Role.COORDINATOR},
    COORDINATOR: {Role.COORDINATOR},
    PLANNERS: {Role.WORKER, Role.COORDINATOR, Role.AUDITOR},
    OFFICER: {Role.SETTLEMENT_OFFICER},
    APPROVER: {Role.SETTLEMENT_APPROVER},
    SETTLERS: {Role.SETTLEMENT_OFFICER, Role.SETTLEMENT_APPROVER},
    RUN_READERS: {Role.SETTLEMENT_OFFICER, Role.SETTLEMENT_APPROVER, Role.AUDITOR},
    AUDITOR: {Role.AUDITOR},
    ADMIN: {Role.ADMIN},
    KEEPERS: {Role.ADMIN, Role.AUDITOR},
    CONFIRMING: set(SECOND_FACTOR_ROLES),
}
FACTORS = {
    f"{method} /kirjaudu/{page}" for method in ("GET", "POST") for page in ("vahvistus", "kayttoonotto")
}
NOT_OF_A_ROLE = FACTORS | {
    "POST /kirjaudu/vahvistus/avain",
    "POST /ulos",
    "POST /ulos/kaikkialta",
    "POST /kirjaudu",
    "GET /rooli",
    "POST /rooli",
}
"""These are about who is logged in, so the table's browsers do not send them."""


def listed(text: str) -> list[str]:
    return [row for row in re.split(r"[·\n]\s*", text.strip()) if row.strip()]


MATRIX = {row.strip(): roles for text, roles in ALLOWED.items() for row in listed(text)}


def test_every_page_has_a_row_and_every_row_a_page(small_world: SmallWorld) -> None:
    assert small_world.pages() == set(MATRIX)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_the_pages_of_its_rows_and_no_others(small_world: SmallWorld, role: Role | None) -> None:
    web = small_world.browser(role)
    data = {"csrf_token": token_of(web)}
    differences, failures = [], []
    for row, roles in MATRIX.items():
        if row in NOT_OF_A_ROLE:
            continue
        method, pattern = row.split(" ")
        path = re.sub(r"<(\w+)>", lambda name: "NOPE" if name[1] == "voucher" else "999999999", pattern)
        answer = web.open(path, method=method, data=data if method == "POST" else None)
        refused = answer.status_code == 403 or answer.headers.get("Location", "").startswith("/kirjaudu")
        refused = refused or (answer.status_code == 401)
        may = role in roles if role is not None else roles == set(Role)
        differences += [] if refused is not may else [(row, answer.status_code)]
        failures += [row] if answer.status_code >= 500 else []
    assert differences == []
    assert failures == []
