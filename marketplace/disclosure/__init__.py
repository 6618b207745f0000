"""Reads of clients' data by clients and their helpers. A helper's read is recorded as a look."""
