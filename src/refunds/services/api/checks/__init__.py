"""Checks of texts: card numbers, invisible names."""
