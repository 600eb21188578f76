"""The parameter-resolution service."""
