"""Files that providers send, read into charges. Pure."""
