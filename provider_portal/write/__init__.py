"""What the provider's face writes into the book."""
