"""The load generator: a process of its own that knows HTTP/1.1 and nothing of refunds."""
