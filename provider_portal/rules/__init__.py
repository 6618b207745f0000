"""Pure rules of the provider's face."""
