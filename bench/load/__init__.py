"""The load generator: a separate process that sends HTTP/1.1 requests. It does not use the package `refunds`."""
