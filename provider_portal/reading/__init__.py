"""Reading of files that providers send. Pure."""
