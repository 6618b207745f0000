"""Mandates and invitations, stored without the pages that make them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.columns import days
from foundation.database.tables.grants import Funding
from foundation.database.tables.mandates import MandateFunding, MandateInvitation
from foundation.database.tables.people import Mandate
from foundation.database.tables.proposals import Proposal, ProposalComment, ProposedOffering
from foundation.vocabulary.roles import Role
from tests.builders.client_api import ClientApi
from tests.builders.county import NOW
from tests.builders.people import a_person

RIGHTS = ("may_see", "may_propose", "may_choose", "may_move", "may_confirm")


def a_proposal(session: Session, county_id: int, client_id: int, offering_id: int) -> dict[str, int]:
    """Store a proposal to the client with a comment, made by a support person; return their ids."""
    helper = a_person(session, Role.REPRESENTATIVE)
    funding_id = session.scalars(select(Funding.id).where(Funding.client_id == client_id)).first()
    proposal = Proposal(
        county_id=county_id,
        client_id=client_id,
        funding_id=funding_id,
        made_by=helper.person_id,
        made_at=NOW,
        why="Near you",
    )
    session.add(proposal)
    session.flush()
    comment = ProposalComment(
        proposal_id=proposal.id, person_id=helper.person_id, made_at=NOW, words="What do you think?"
    )
    offering = ProposedOffering(
        proposal_id=proposal.id,
        position=1,
        offering_id=offering_id,
        starts_on=NOW.date(),
        quantity_per_week_hundredths=300,
    )
    session.add_all((comment, offering))
    session.flush()
    return {"proposal": proposal.id, "comment": comment.id}


def limit_helpers(api: ClientApi) -> None:
    """Limit all mandates of the client to the voucher of the API's fixture."""
    for mandate in api.session.scalars(select(Mandate).where(Mandate.client_id == api.client_id)):
        mandate.all_fundings = False
        api.session.add(
            MandateFunding(mandate_id=mandate.id, funding_id=api.funding_id, client_id=api.client_id)
        )
    api.session.commit()


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
