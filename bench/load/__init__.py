"""The load generator: a separate process for HTTP/1.1, independent of refunds."""
