"""The request-manager service."""
