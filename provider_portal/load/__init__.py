"""What the provider's face reads from the book."""
