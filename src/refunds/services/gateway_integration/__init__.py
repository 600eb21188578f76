"""The gateway_integration service."""
