"""The gateway-integration service."""
