"""The sandbox gateway, which is a separate payment gateway with its own books. It shares no code with the product."""
