"""Rows of the book as facts; fundings are locked in id order before anything about them is decided."""
