"""What a provider can do beside single charges: send a file, manage keys. Actions never commit."""
