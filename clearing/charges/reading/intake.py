"""What one sender sent at once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clearing.charges.facts.charge import Arrival, Charge, SentCharge
from clearing.charges.reading.charge_keys import ChargeKeys, keys_of
from clearing.charges.reading.fields import read_charge
from clearing.charges.rules.charge_order import Order, in_order
from clearing.ledger.facts.audit import AuditNote
from clearing.reasons import Finding
from foundation.vocabulary.roles import Actor

ReadCharge = tuple[Charge, tuple[Finding, ...]]


@dataclass(frozen=True, slots=True)
class Intake:
    """What one sender sent at once: one charge, or many."""

    provider_id: int
    sent: Sequence[Mapping[str, object]]
    actor: Actor
    now: datetime
    from_file: bool = False
    file_id: int | None = None

    @property
    def arrival(self) -> Arrival:
        """When, by whom and in which file."""
        return Arrival(self.now, self.actor.person_id, self.file_id)

    def note(self, outcomes: Iterable[str], first: int | None) -> AuditNote:
        """Who sent what, and how many charges got which outcome; about the file, or else the charge stored at
        the place `first`."""
        is_file = self.file_id is not None
        return AuditNote(
            self.actor,
            self.now,
            "charges.take_in",
            "charge_file" if is_file else "charge",
            str(self.file_id) if is_file else None,
            first,
            dict(sorted(Counter(outcomes).items())),
        )

    def read(self) -> list[ReadCharge]:
        """The charges as far as they can be read."""
        return [read_charge(self._charge(values)) for values in self.sent]

    def read_keys(self) -> list[ChargeKeys]:
        """Only what the charges name."""
        return [keys_of(self._charge(values)) for values in self.sent]

    def order_of(self, place: int) -> Order:
        """The place of a charge in the rulebook's order."""
        return in_order(read_charge(self._charge(self.sent[place]))[0])

    def _charge(self, values: Mapping[str, object]) -> SentCharge:
        return SentCharge(self.provider_id, values, self.now, self.from_file)
