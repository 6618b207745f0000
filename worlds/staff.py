"""The staff of a county: one person for every role."""

from __future__ import annotations

from foundation.vocabulary.roles import Role
from worlds.log_ins import Scope, write_log_in
from worlds.municipalities import CountyPlan
from worlds.world import World

STAFF = {
    Role.WORKER: "omatyöntekijä",
    Role.COORDINATOR: "henkilökohtaisen budjetin koordinaattori",
    Role.SETTLEMENT_OFFICER: "tilitysten valmistelija",
    Role.SETTLEMENT_APPROVER: "tilitysten hyväksyjä",
    Role.AUDITOR: "tarkastaja",
    Role.ADMIN: "pääkäyttäjä",
}


def write_staff(world: World, county: CountyPlan) -> None:
    """Write one person for every role of the county."""
    scope = Scope(county_id=county.id, county=county.code)
    for role, title in STAFF.items():
        write_log_in(world, role, scope, about=f"{title}, {county.names[0]}")
