"""One technology each behind a port; adapters never import each other."""
