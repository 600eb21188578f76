"""Decoding of bodies and queries, messages of validation, and the OpenAPI document."""
