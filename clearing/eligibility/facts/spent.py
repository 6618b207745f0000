"""What a period of a limit has spent."""

from dataclasses import dataclass


@dataclass(slots=True)
class Spent:
    """What was charged in a period: the county's cents and units in hundredths."""

    cents: int = 0
    quantity: int = 0
