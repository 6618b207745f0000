"""Writes outcomes as rows."""
