"""Implements ports with Redis, for hints and for configuration invalidations."""
