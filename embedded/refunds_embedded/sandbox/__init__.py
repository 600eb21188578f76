"""The sandbox gateway: a separate payment gateway with its own books, which shares no code with the product."""
