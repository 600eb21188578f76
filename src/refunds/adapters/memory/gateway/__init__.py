"""A simulated gateway, its books and webhooks, and hints, in memory."""
