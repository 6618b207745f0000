"""The units that services are measured in."""

UNITS = frozenset({"hour", "visit", "day", "night", "month", "km", "piece"})


HOUR = "hour"
