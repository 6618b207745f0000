"""What the county decides about by itself."""
