"""The county's face: it grants, approves, watches and settles."""
