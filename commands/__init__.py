"""The commands of `omatori`, one noun per file: they parse options, call an action and print the result."""
