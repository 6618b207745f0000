"""Reads of clients' data by the county's staff. Each records the look."""
