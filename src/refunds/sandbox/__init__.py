"""The sandbox gateway: a payment gateway with its own books; shares nothing with the product."""
