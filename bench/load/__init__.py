"""The load generator, which is a separate process that sends HTTP/1.1 requests. It does not use `refunds`."""
