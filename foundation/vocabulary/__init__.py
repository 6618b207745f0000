"""Values that every package speaks in: standard library only, no input or output, no clock."""
