"""Loops of background work, and worker pools."""
