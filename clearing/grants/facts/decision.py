"""A decision as a county sends it: client, personal budget and fundings in one document (POST /decisions).

Every grant passes through this form: from the API, the file import, the grant page and the worlds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from clearing.grants.facts.funding import ByClass, PeriodLimit
from clearing.grants.facts.kinds import FundingKind, Overrun
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import Money, Quantity

NOTHING = Money(0)


@dataclass(frozen=True, slots=True)
class DecidedClient:
    """The client whom the decision concerns. `municipality` is a code or a name.

    The identity code is hashed with the newest key. `earlier_hashes` are those of the earlier keys: a client
    who has one of these is the same person. `protected_address` is None in a decision that does not say it:
    what the county knows stays.
    """

    number: str
    name: str
    municipality: str
    language: Language = Language.FI
    identity_hash: str | None = None
    protected_address: bool | None = None
    earlier_hashes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecidedBudget:
    """A personal budget; the client may move free money between its fundings up to a sum (0: may not)."""

    amount_cents: Money
    window: DateWindow
    may_move_up_to_cents: Money = NOTHING


@dataclass(frozen=True, slots=True)
class DecidedIncome:
    """What an income-related hourly value is computed from; ``percent_hundredths`` of 35 % is 3500."""

    max_value_cents: Money
    income_cents: Money
    limit_cents: Money
    percent_hundredths: int
    floor_cents: Money


@dataclass(frozen=True, slots=True)
class DecidedFunding:
    """One voucher or commitment. Values and caps by service, then time class; none pays up to the price."""

    external_id: str
    kind: FundingKind
    services: tuple[str, ...]
    window: DateWindow
    amount_cents: Money | None = None
    quantity: Quantity | None = None
    per_period: PeriodLimit | None = None
    unit_values: Mapping[str, ByClass] = field(default_factory=dict)
    income_related: DecidedIncome | None = None
    price_caps: Mapping[str, ByClass] = field(default_factory=dict)
    free_of_charge: bool = False
    overrun: Overrun = Overrun.REFUSE
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class DecisionDocument:
    """A whole decision. A funding or budget that it leaves out stays as it is.

    ``replaces`` are numbers of decisions, this one's too, and codes of vouchers: those of the client's
    fundings that are not in this document close on its first day.
    """

    number: str
    county: str
    decided_on: date
    decided_by: str
    legal_basis: str
    cost_centre: str
    client: DecidedClient
    fundings: tuple[DecidedFunding, ...]
    personal_budget: DecidedBudget | None = None
    replaces: tuple[str, ...] = ()
