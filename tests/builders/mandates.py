"""Mandates and invitations, stored without the pages that make them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from foundation.database.columns import days
from foundation.database.tables.mandates import MandateInvitation
from foundation.database.tables.people import Mandate
from foundation.vocabulary.roles import Role
from tests.builders.county import NOW
from tests.builders.people import a_person

RIGHTS = ("may_see", "may_propose", "may_choose", "may_move", "may_confirm")


def a_support_person(session: Session, county_id: int, client_id: int) -> dict[str, int]:
    """Store a support person of the client and an open invitation; return their ids."""
    helper = a_person(session, Role.REPRESENTATIVE)
    rights = dict.fromkeys(RIGHTS, True)
    mandate = Mandate(client_id=client_id, person_id=helper.person_id, kind="support_person", **rights)
    mandate.valid = days(NOW.date(), None)
    invitation = MandateInvitation(
        county_id=county_id,
        client_id=client_id,
        kind="support_person",
        name="Uusi Auttaja",
        code_sha256="0" * 64,
        all_fundings=True,
        first_day=NOW.date(),
        made_at=NOW,
        expires_at=NOW + timedelta(days=14),
        **rights,
    )
    session.add_all((mandate, invitation))
    session.flush()
    return {"mandate": mandate.id, "invitation": invitation.id}
