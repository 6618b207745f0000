"""Reads of clients' data by providers. Each records the look."""
