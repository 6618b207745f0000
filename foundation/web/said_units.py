"""The unit in which something is counted, as people say it."""

from collections.abc import Mapping
from typing import Protocol

from foundation.vocabulary.labels import said_unit


class CountedIn(Protocol):
    """Something of one service, counted in a unit: a charge, a choice, an offering."""

    @property
    def unit(self) -> str: ...
    @property
    def service(self) -> str: ...


class CountedTogether(Protocol):
    """Something of several services, counted in a unit if they share one: a voucher."""

    @property
    def unit(self) -> str | None: ...
    @property
    def services(self) -> Mapping[str, object]: ...


def unit_of(counted: CountedIn | CountedTogether) -> str:
    """Return the unit as people say it: a piece of meals is a meal. A voucher without one is in pieces."""
    services = getattr(counted, "services", None) or (getattr(counted, "service", ""),)
    return said_unit(counted.unit or "piece", services)
