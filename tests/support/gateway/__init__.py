"""Gateways that tests decide, and gateway-integration against them."""
