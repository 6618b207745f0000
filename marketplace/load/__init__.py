"""Loads rows as facts: the catalogue, fundings, choices and charges."""
