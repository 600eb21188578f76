"""Ports to stored payments."""
