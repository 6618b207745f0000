"""Pure rules of choosing: no input or output, no clock."""
