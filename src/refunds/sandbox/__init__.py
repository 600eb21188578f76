"""The sandbox gateway: a payment gateway of its own with its own books; shares no code with the product."""
