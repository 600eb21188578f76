"""Checks texts for card numbers, and names for visible characters."""
