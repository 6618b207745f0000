"""Verbs of a provider: take in a file, keep keys and mappings. They never commit."""
