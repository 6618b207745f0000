"""Verbs: what a client can do. They never commit."""
