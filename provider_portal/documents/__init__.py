"""Files that a provider saves: statements of settlements."""
