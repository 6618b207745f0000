"""Pure rules of the provider's pages: what a typed visit becomes as a charge."""
