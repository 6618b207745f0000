"""The clients' answers to their charges: most do not answer, some confirm, a few dispute."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor
from marketplace.actions.answer_charge import confirm_charge, dispute_charge
from marketplace.load.charges import charge_by_id
from worlds.world import World

RIGHT_SHARE = 0.15
NOT_RIGHT = (
    "Avustaja lähti puoli tuntia ennen aikojaan.",
    "Olin sairaalassa, eikä kukaan käynyt.",
    "Matka oli lyhyempi.",
)


def write_client_answers(
    world: World, charges: Iterable[tuple[int, str]], clients: Mapping[str, Actor]
) -> None:
    """Confirm or dispute some of the newest charges (id, client number)."""
    complaints, now = list(NOT_RIGHT), world.at(world.today, 10)
    for charge_id, number in charges:
        drawn = world.random.random()
        charge = charge_by_id(world.session, charge_id) if drawn < RIGHT_SHARE else None
        if charge is None or charge.state != "accepted":
            continue
        actor = clients[number]
        if complaints and drawn < RIGHT_SHARE / 6:
            why = complaints.pop(0)
            not_refused(dispute_charge(world.session, charge=charge, why=why, actor=actor, now=now))
        else:
            not_refused(confirm_charge(world.session, charge=charge, actor=actor, now=now))
