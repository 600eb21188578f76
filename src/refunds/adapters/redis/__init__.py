"""Ports implemented with Redis: hints and configuration invalidations."""
