"""Keep what the client wants with an act of a guardian."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.mandates import is_guardian
from marketplace.rules.guardian_acts import SUBJECT_OF, AskedWish, GuardianAct
from marketplace.rules.refusals import CLIENT_WISH_NEEDED
from marketplace.write.wishes_of_clients import store_wish


def keep_wish(
    session: Session,
    *,
    client: tuple[int, int],
    act: GuardianAct,
    key: int,
    wish: AskedWish | None,
    actor: Actor,
    now: datetime,
) -> Refusal | None:
    """Store what the client wants if the actor is the client's guardian; from others nothing is asked.

    The caller has just done the act in the same transaction, and rolls it back if this is refused.

    Refused with `client_wish_needed`.

    Args:
        client: The ids of the client and of the county.
        key: What the act was about: the id of the choice, charge, pause, request, feedback or proposal, or
            the number of the move.
    """
    client_id, county_id = client
    if actor.person_id is None or not is_guardian(session, actor, client_id, helsinki_day(now)):
        return None
    if wish is None:
        return CLIENT_WISH_NEEDED
    store_wish(session, client=client, act=act, key=key, wish=wish, asked_by=actor.person_id, now=now)
    subject = SUBJECT_OF[act]
    record(
        session,
        actor=actor,
        now=now,
        act=f"{subject}.keep_wish",
        subject=(subject, key),
        county_id=county_id,
        client_id=client_id,
        detail={"wish": wish.kind.value, "before": act.value},
    )
    return None
