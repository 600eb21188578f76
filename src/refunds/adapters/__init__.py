"""Adapters: each package implements ports with one technology; adapters never import each other."""
