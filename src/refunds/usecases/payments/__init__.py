"""Use cases that record payments."""
