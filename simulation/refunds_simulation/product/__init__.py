"""Builds the product from its parts, as its services do, with the servers and gateways that it calls."""
