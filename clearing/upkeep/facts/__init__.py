"""Values of the early warnings."""
