"""The units that services are measured in."""

UNITS = ("hour", "visit", "day", "night", "month", "km", "piece")

HOUR = "hour"
