"""Loads what the provider's pages and endpoints show."""
