"""Reads rows as facts: the catalogue, the client's own money, choices and charges."""
