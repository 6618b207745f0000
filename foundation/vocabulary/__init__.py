"""Values that every package uses. Only the standard library; no input or output, no clock."""
