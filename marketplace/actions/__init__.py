"""What clients, providers and the county can do in the marketplace. Actions never commit."""
