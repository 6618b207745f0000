"""Kinds of objects about the people of a county and its providers' places and bank accounts, for A2."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from county_desk.actions.invite_person import invite_person
from county_desk.load.people import inviting_county
from county_desk.rules.people import RoleTerms
from foundation.database.tables.counties import County
from foundation.database.tables.payer_accounts import PayerAccountChange
from foundation.database.tables.people import RoleGrant
from foundation.database.tables.provider_applications import ApplicationPaper, ProviderApplication
from foundation.database.tables.providers import Approval, BankAccount
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.invite_colleague import invite_colleague
from marketplace.load.colleagues import inviting_provider
from marketplace.rules.colleagues import ColleagueTerms
from tests.builders import NOW, TODAY, a_person, a_provider
from tests.builders.application import an_application
from tests.builders.papers import a_new_paper

PEOPLE_KINDS: dict[str, tuple[tuple[Role, ...], tuple[str, ...]]] = {
    "place": (
        (Role.PROVIDER_BILLER, Role.PROVIDER_OWNER),
        (
            "GET /api/v1/my/places/{place}",
            "PATCH /api/v1/my/places/{place}",
            "DELETE /api/v1/my/places/{place}",
            "GET /t/toimipisteet/{place}",
            "POST /t/toimipisteet/{place}",
            "GET /t/toimipisteet/{place}/sulje",
            "POST /t/toimipisteet/{place}/sulje",
        ),
    ),
    "photo": (
        (Role.PROVIDER_BILLER, Role.PROVIDER_OWNER),
        (
            "DELETE /api/v1/my/photos/{photo}",
            "PATCH /api/v1/my/photos/{photo}",
            "GET /t/kuvat/{photo}",
            "POST /t/kuvat/{photo}",
        ),
    ),
    "photo that a county may hide": (
        (Role.WORKER,),
        ("GET /tt/kuvat/{photo}", "POST /tt/kuvat/{photo}"),
    ),
    "role of a person": (
        (Role.ADMIN,),
        (
            "GET /hallinta/ihmiset/{grant}",
            "POST /hallinta/ihmiset/{grant}",
            "GET /hallinta/ihmiset/{grant}/lopeta",
            "POST /hallinta/ihmiset/{grant}/lopeta",
            "POST /api/v1/people/{grant}/end",
        ),
    ),
    "invitation to a role": (
        (Role.ADMIN,),
        (
            "POST /hallinta/ihmiset/kutsut/{role_invitation}/peru",
            "DELETE /api/v1/people/invitations/{role_invitation}",
        ),
    ),
    "role at a provider": (
        (Role.PROVIDER_OWNER,),
        (
            "GET /t/yritys/ihmiset/{colleague}",
            "POST /t/yritys/ihmiset/{colleague}",
            "GET /t/yritys/ihmiset/{colleague}/lopeta",
            "POST /t/yritys/ihmiset/{colleague}/lopeta",
            "GET /t/yritys/ihmiset/{colleague}/asiakkaat",
            "POST /t/yritys/ihmiset/{colleague}/asiakkaat",
            "DELETE /api/v1/my/people/{colleague}",
        ),
    ),
    "visit of another worker": (
        (Role.PROVIDER_WORKER,),
        (
            "POST /t/omat/{visit}/tehty",
            "POST /t/omat/{visit}/tehty/jono",
            "GET /t/omat/{visit}/ei-toteutunut",
            "POST /t/omat/{visit}/ei-toteutunut",
            "GET /t/omat/{visit}/toisin",
            "POST /t/omat/{visit}/toisin",
            "POST /t/omat/{visit}/toisin/jono",
        ),
    ),
    "invitation to a provider": (
        (Role.PROVIDER_OWNER,),
        ("POST /t/yritys/ihmiset/kutsut/{provider_invitation}/peru",),
    ),
    "application of a company": (
        (Role.WORKER, Role.COORDINATOR),
        (
            "GET /tt/hakemukset/{application}",
            "POST /tt/hakemukset/{application}/lisatieto",
            "GET /tt/hakemukset/{application}/palvelu/PERSONAL_ASSISTANCE",
            "POST /tt/hakemukset/{application}/palvelu/PERSONAL_ASSISTANCE",
            "GET /tt/hakemukset/{application}/liite/{paper}",
            "GET /api/v1/applications/{application}",
            "POST /api/v1/applications/{application}/question",
            "POST /api/v1/applications/{application}/services/PERSONAL_ASSISTANCE/decision",
        ),
    ),
    "application of a provider": (
        (Role.PROVIDER_OWNER,),
        (
            "GET /t/hakemukset/{application}",
            "GET /t/hakemukset/{application}/yritys",
            "POST /t/hakemukset/{application}/yritys",
            "POST /t/hakemukset/{application}/laheta",
            "POST /t/hakemukset/{application}/peru",
            "GET /t/hakemukset/{application}/liite/{paper}",
        ),
    ),
    "paper for the county": (
        (Role.WORKER, Role.COORDINATOR),
        (
            "GET /tt/paperit/{renewal}",
            "POST /tt/paperit/{renewal}",
            "GET /tt/paperit/liite/{renewal}",
            "GET /api/v1/paper-renewals/{renewal}",
            "GET /api/v1/paper-renewals/{renewal}/file",
            "POST /api/v1/paper-renewals/{renewal}/decision",
        ),
    ),
    "paper of a provider": (
        (Role.PROVIDER_OWNER,),
        (
            "POST /t/yritys/paperit/{renewal}/peru",
            "GET /t/yritys/paperit/liite/{renewal}",
            "DELETE /api/v1/my/papers/{renewal}",
        ),
    ),
    "account of a county that waits": (
        (Role.ADMIN,),
        (
            "POST /hallinta/alue/maksutili/{payer_change}/vahvista",
            "POST /hallinta/alue/maksutili/{payer_change}/peru",
        ),
    ),
    "bank account that waits": ((Role.SETTLEMENT_OFFICER,), ("POST /mt/tilit/{account}/vahvista",)),
}


def objects_of_people(session: Session, county_id: int) -> dict[str, Any]:
    """Store one object of each kind; return their ids by the names in `PEOPLE_KINDS`."""
    worker = a_person(session, Role.WORKER, county_id=county_id)
    county = inviting_county(session, county_id)
    assert county is not None
    invited = invite_person(
        session,
        county,
        "invited@example.fi",
        RoleTerms(Role.AUDITOR, TODAY),
        actor=Actor(None, Role.ADMIN, "operator"),
        now=NOW,
        address=None,
    )
    provider = a_provider(session, session.get_one(County, county_id), business_id="9999999-9")
    account = BankAccount(
        provider_id=provider.id, iban="FI3715903000000776", bic="OKOYFIHH", entered_at=NOW, entered_by=None
    )
    session.add(account)
    session.flush()
    grant = session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == worker.person_id)).one()
    return {
        "grant": grant,
        "role_invitation": not_refused(invited).invitation_id,
        "account": account.id,
        "payer_change": _an_account_of_the_county(session, county_id),
        **_objects_at_a_provider(session, provider.id),
    }


def _an_account_of_the_county(session: Session, county_id: int) -> int:
    """Store another account of the county, which waits to be confirmed."""
    values = {"iban": "FI3715903000000776", "bic": "OKOYFIHH", "letters": "nordic", "entered_at": NOW}
    change = PayerAccountChange(county_id=county_id, **values)
    session.add(change)
    session.flush()
    return change.id


def _objects_at_a_provider(session: Session, provider_id: int) -> dict[str, Any]:
    biller = a_person(session, Role.PROVIDER_BILLER, provider_id=provider_id)
    inviting = inviting_provider(session, provider_id)
    assert inviting is not None
    invited = invite_colleague(
        session,
        inviting,
        "colleague@example.fi",
        ColleagueTerms(Role.PROVIDER_BILLER),
        actor=Actor(None, Role.ADMIN, "operator"),
        now=NOW,
        address=None,
    )
    grant = session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == biller.person_id)).one()
    return {
        **_an_application(session, provider_id),
        "renewal": a_new_paper(session, provider_id),
        "colleague": grant,
        "provider_invitation": not_refused(invited).invitation_id,
    }


def _an_application(session: Session, provider_id: int) -> dict[str, Any]:
    """Store an application of the provider that was sent to the county of the objects."""
    county_id = session.scalars(select(Approval.county_id).where(Approval.provider_id == provider_id)).first()
    assert county_id is not None
    key = an_application(session, county_id)
    owned = update(ProviderApplication).where(ProviderApplication.id == key).values(provider_id=provider_id)
    session.execute(owned)
    paper = session.scalars(select(ApplicationPaper.id).where(ApplicationPaper.application_id == key)).first()
    return {"application": key, "paper": paper}
