"""Decodes bodies and queries, words validation errors, and creates the OpenAPI document."""
