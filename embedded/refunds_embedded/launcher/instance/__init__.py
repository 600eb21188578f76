"""One embedded instance: data directory, secrets, addresses, ready file."""
