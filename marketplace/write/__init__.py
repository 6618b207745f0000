"""Stores outcomes as rows."""
