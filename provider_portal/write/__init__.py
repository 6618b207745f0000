"""Stores what the provider's face writes."""
