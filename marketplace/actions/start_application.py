"""Start a company's application to a county, and mail the links by which it is continued."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.outbox import leave_secret_mail
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.languages import Language
from foundation.vocabulary.roles import Actor
from marketplace.load.applications import applications_of_address, applications_of_provider
from marketplace.load.offerings import provider_by_id
from marketplace.rules.accounts import digest_of_code, normalised_email
from marketplace.rules.application_mails import LINK_SUBJECT, links_text
from marketplace.rules.applying import (
    ENDED_STATES,
    LINK_WORKS_FOR,
    MAILED_AGAIN_AFTER,
    Application,
    ApplicationState,
)
from marketplace.write.applications import (
    change_application,
    copy_papers,
    delete_forgotten,
    store_application,
)

LINK_PATH = "/hakemus/"
_CODE_BYTES = 32


def start_application(
    session: Session, county_id: int, email: str, language: Language, *, address: str, now: datetime
) -> None:
    """Store an application to a county and mail its link; an open one of the address is continued.

    The answers and the papers of the newest application of the address are taken along, since who reads the
    mail has given them. The caller learns nothing, so that nobody can try who has applied.
    """
    email = normalised_email(email)
    delete_forgotten(session, now)
    earlier = applications_of_address(session, email)
    if not any(each.county_id == county_id and each.state != ApplicationState.DECIDED for each in earlier):
        never = (digest_of_code(secrets.token_urlsafe(_CODE_BYTES)), now)
        answers = earlier[0].answers if earlier else {}
        application_id = store_application(
            session, county_id, email, language, answers, provider_id=None, now=now, link=never
        )
        if earlier:
            copy_papers(session, earlier[0].id, application_id, helsinki_day(now))
    mail_links(session, email, address=address, now=now)


def mail_links(session: Session, email: str, *, address: str, now: datetime) -> None:
    """Mail new links to the applications of an address; earlier links of these work no longer.

    At most every five minutes for each application.
    """
    email = normalised_email(email)
    links = [
        new_link(session, found.id, address=address, now=now)
        for found in applications_of_address(session, email)
        if not _is_just_mailed(found, now)
    ]
    if links:
        key = f"application_links:{email}:{now.isoformat()}"
        text = links_text(links)
        leave_secret_mail(session, key, to=email, subject=LINK_SUBJECT, text=text, now=now)


def new_link(session: Session, application_id: int, *, address: str, now: datetime) -> str:
    """Give an application a new link in place of the earlier one; return it."""
    code = secrets.token_urlsafe(_CODE_BYTES)
    values = {"code_sha256": digest_of_code(code), "link_expires_at": now + LINK_WORKS_FOR}
    change_application(session, application_id, values)
    return f"{address.rstrip('/')}{LINK_PATH}{code}"


def _is_just_mailed(found: Application, now: datetime) -> bool:
    expires_at = found.link_expires_at
    return expires_at is not None and expires_at > now + LINK_WORKS_FOR - MAILED_AGAIN_AFTER


def start_own_application(
    session: Session, provider_id: int, county_id: int, language: Language, *, actor: Actor, now: datetime
) -> int:
    """Store a provider's application to a county, with what earlier ones and the register say; return its id.

    An application to the county that is not decided is continued.
    """
    earlier = applications_of_provider(session, provider_id)
    for each in earlier:
        if each.county_id == county_id and each.state not in ENDED_STATES:
            return each.id
    entry = provider_by_id(session, provider_id)
    answers = {
        "contact_name": actor.name,
        **(earlier[0].answers if earlier else {}),
        "business_id": entry.business_id,
        "company_name": entry.name,
        "about": entry.about,
        "website": entry.website,
        "phone": entry.phone,
    }
    email = normalised_email(entry.email)
    key = store_application(
        session, county_id, email, language, answers, provider_id=provider_id, now=now, link=None
    )
    if earlier:
        copy_papers(session, earlier[0].id, key, helsinki_day(now))
    return key
