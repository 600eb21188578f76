"""Adapters: each package implements ports with one technology. Adapters never import each other."""
