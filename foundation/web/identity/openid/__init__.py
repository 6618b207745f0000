"""Log-ins at a county's directory or at a broker, by OpenID Connect (docs/decisions/0182)."""
