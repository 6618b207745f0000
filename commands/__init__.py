"""The commands of `omatori`, one noun a file: parse, call an action, print."""
