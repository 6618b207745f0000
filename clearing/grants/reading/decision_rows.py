"""A decision as rows of a file, one funding a row (contract: the `decisions` import)."""

from collections.abc import Callable, Mapping

from clearing.grants.facts.decision import (
    DecidedBudget,
    DecidedClient,
    DecidedFunding,
    DecidedIncome,
    DecisionDocument,
)
from clearing.grants.facts.funding import ANY_CLASS, ByClass, PeriodLimit
from clearing.grants.facts.kinds import CarryOver, FundingKind, Overrun
from clearing.grants.reading.row_cells import RowCells
from foundation.tabular.import_report import REPORT_COLUMNS
from foundation.tabular.table import Layout
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.identity_codes import IdentityHash
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import Money, Quantity, parse_hundredths

COLUMNS = {
    "client.number": "client",
    "client.name": "name",
    "client.municipality": "municipality",
    "client.protected_address": "protected_address",
    "personal_budget.amount": "budget",
    "personal_budget.window": "budget_from",
    "personal_budget.client_may_move.up_to": "may_move_up_to",
    "window": "from",
    "per_period": "period",
    "per_period.amount": "period_amount",
    "per_period.quantity": "period_quantity",
    "per_period.share": "share",
    "income_related": "income_max",
}


def column_of(field: str) -> str:
    """The column of a field; ``fundings.0.window`` is the row's ``from``."""
    if field.startswith("fundings."):
        field = field.partition(".")[2].partition(".")[2] or "external_id"
    if field.startswith("replaces."):
        return "replaces"
    return COLUMNS.get(field, field)


INCOME = ("income_max", "income", "income_limit", "income_percent", "income_floor")

DECISION_LAYOUT = Layout(
    required=(
        *("number", "decided_on", "decided_by", "legal_basis", "cost_centre", "client", "name"),
        *("municipality", "external_id", "kind", "services", "from", "to"),
    ),
    optional=(
        *(
            "county",
            "language",
            "identity_code",
            "protected_address",
            "budget",
            "budget_from",
            "budget_to",
            "may_move_up_to",
        ),
        *("amount", "quantity", "period", "period_amount", "period_quantity", "carry", "share"),
        *("unit_values", "price_cap", *INCOME),
        *("free_of_charge", "overrun", "provider", "replaces"),
    ),
    numbers=frozenset(
        {
            *("budget", "may_move_up_to", "amount", "quantity", "period_amount", "period_quantity", "share"),
            *INCOME,
        }
    ),
    days=frozenset({"decided_on", "from", "to", "budget_from", "budget_to"}),
    references=frozenset(
        {
            *("number", "county", "cost_centre", "client", "name", "identity_code", "external_id"),
            *("kind", "services", "period", "carry", "overrun", "provider", "unit_values", "price_cap"),
            "replaces",
        }
    ),
    reported=frozenset(REPORT_COLUMNS),
)
"""`services`, `replaces` and values by time class have spaces between: `weekday=36.00 evening=41.40`."""

HashCode = Callable[[str], IdentityHash | None]
"""Returns the keyed hashes of an identity code; None if it is not one."""


class DecisionRow(RowCells):
    """Reads one row; `faults` holds everything that is wrong with it."""

    def __init__(self, cells: Mapping[str, str], hash_code: HashCode) -> None:
        super().__init__(cells)
        self.hash_code = hash_code

    def document(self, county: str) -> DecisionDocument:
        """The decision with the one funding of this row; of use only when there are no faults."""
        return DecisionDocument(
            number=self.text("number"),
            county=self.cells.get("county") or county,
            decided_on=self.day("decided_on"),
            decided_by=self.text("decided_by"),
            legal_basis=self.text("legal_basis"),
            cost_centre=self.text("cost_centre"),
            client=self._client(),
            fundings=(self._funding(),),
            personal_budget=self._budget(),
            replaces=tuple(self.cells.get("replaces", "").split()),
        )

    def _client(self) -> DecidedClient:
        code = self.cells.get("identity_code")
        hashed = self.hash_code(code) if code else None
        if code and hashed is None:
            self.wrong("identity_code")
        return DecidedClient(
            number=self.text("client"),
            name=self.text("name"),
            municipality=self.text("municipality"),
            language=self.choice("language", Language, Language.FI),
            identity_hash=hashed.newest if hashed else None,
            protected_address=self.yes("protected_address") if self.cells.get("protected_address") else None,
            earlier_hashes=hashed.earlier if hashed else (),
        )

    def _budget(self) -> DecidedBudget | None:
        amount = self.number("budget")
        if amount is None:
            return None
        window = DateWindow(self.day("budget_from"), self.day("budget_to"))
        return DecidedBudget(Money(amount), window, Money(self.number("may_move_up_to") or 0))

    def _funding(self) -> DecidedFunding:
        services = tuple(self.text("services").replace(",", " ").split())
        quantity, amount = self.number("quantity"), self.number("amount")
        return DecidedFunding(
            external_id=self.text("external_id"),
            kind=self.choice("kind", FundingKind, FundingKind.VOUCHER),
            services=services,
            window=DateWindow(self.day("from"), self.day("to")),
            amount_cents=None if amount is None else Money(amount),
            quantity=None if quantity is None else Quantity(quantity),
            per_period=self._period(),
            unit_values=self._values("unit_values", services),
            income_related=self._income(),
            price_caps=self._values("price_cap", services),
            free_of_charge=self.yes("free_of_charge"),
            overrun=self.choice("overrun", Overrun, Overrun.REFUSE),
            provider=self.cells.get("provider") or None,
        )

    def _period(self) -> PeriodLimit | None:
        if not self.cells.get("period"):
            return None
        amount, quantity = self.number("period_amount"), self.number("period_quantity")
        return PeriodLimit(
            self.choice("period", PeriodKind, PeriodKind.MONTH),
            None if amount is None else Money(amount),
            None if quantity is None else Quantity(quantity),
            self.choice("carry", CarryOver, CarryOver.NONE),
            self.number("share") or 0,
        )

    def _income(self) -> DecidedIncome | None:
        if not self.cells.get("income_max"):
            return None
        most, income, limit, percent, floor = (self.number(name) or 0 for name in INCOME)
        return DecidedIncome(Money(most), Money(income), Money(limit), percent, Money(floor))

    def _values(self, name: str, services: tuple[str, ...]) -> dict[str, ByClass]:
        """`36.00`, or by class; `HOME_CARE:weekday=36.00` where services differ."""
        found: dict[str, dict[str, Money]] = {}
        for part in self.cells.get(name, "").split():
            place, _, number = part.rpartition("=")
            service, _, time_class = place.rpartition(":")
            cents = parse_hundredths(number.replace(",", "."))
            if cents is None:
                self.wrong(name)
                continue
            for one in (service,) if service else services:
                found.setdefault(one, {})[time_class or ANY_CLASS] = Money(cents)
        return dict(found)
