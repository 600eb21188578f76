"""The request_manager service."""
