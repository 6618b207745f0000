"""A provider register as rows of a file, one provider a row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from clearing.eligibility.facts.kinds import PaperKind
from foundation.tabular.import_report import CELL_FAULT_TEXTS, REPORT_COLUMNS, RowFault
from foundation.tabular.table import Layout
from foundation.vocabulary.dates import is_plausible, parse_iso_day
from foundation.vocabulary.identifiers import place_key
from marketplace.rules.registering import RegisterPaper, RegisterUnit, Registration

TEXTS = ("email", "phone", "website", "about", "first_visit", "bic")

PROVIDER_LAYOUT = Layout(
    required=("business_id", "name", "email", "phone"),
    optional=(
        *("website", "about", "first_visit", "iban", "bic", "unit", "street", "municipality"),
        *(f"{kind.value}_{end}" for kind in PaperKind for end in ("from", "to")),
        *("services", "approved_from"),
    ),
    days=frozenset(
        {f"{kind.value}_{end}" for kind in PaperKind for end in ("from", "to")} | {"approved_from"}
    ),
    references=frozenset({"business_id", "name", "iban", "bic", "services"}),
    reported=frozenset(REPORT_COLUMNS),
)
"""`services` stand with spaces between: approved from `approved_from` on, or pending where it is left out."""


class ProviderRow:
    """Reads the cells of one row; `faults` holds everything that is wrong with them."""

    def __init__(self, cells: Mapping[str, str], municipalities: Mapping[str, str]) -> None:
        self.cells = cells
        self.municipalities = municipalities
        self.faults: list[RowFault] = []

    def registration(self) -> Registration:
        """The provider; of use only when there are no faults."""
        texts = {name: self.cells.get(name, "") for name in TEXTS}
        return Registration(
            business_id=self.cells.get("business_id", ""),
            name=self.cells.get("name", ""),
            iban=self.cells.get("iban"),
            papers=tuple(self._papers()),
            units=self._units(),
            **texts,
        )

    @property
    def services(self) -> list[str]:
        """The services applied for."""
        return self.cells.get("services", "").replace(",", " ").split()

    def approved_from(self) -> date | None:
        """The day from which they are approved; None: pending."""
        return self._day("approved_from")

    def _papers(self) -> list[RegisterPaper]:
        found = []
        for kind in PaperKind:
            first, last = self._day(f"{kind.value}_from"), self._day(f"{kind.value}_to")
            if first is not None:
                found.append(RegisterPaper(kind, first, last))
            elif last is not None:
                self._wrong(f"{kind.value}_from", "field_missing")
        return found

    def _units(self) -> tuple[RegisterUnit, ...]:
        place = self.cells.get("municipality")
        if not place:
            return ()
        code = self.municipalities.get(place_key(place), place)
        name = self.cells.get("unit") or self.cells.get("name", "")
        return (RegisterUnit(name, self.cells.get("street", ""), code),)

    def _day(self, name: str) -> date | None:
        value = self.cells.get(name, "")
        read = parse_iso_day(value) if value else None
        if value and (read is None or not is_plausible(read)):
            self._wrong(name, "field_malformed")
        return read

    def _wrong(self, name: str, code: str) -> None:
        self.faults.append(RowFault(name, code, CELL_FAULT_TEXTS[code]))
