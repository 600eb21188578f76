"""Decoding of bodies and queries, validation messages, and the OpenAPI document."""
