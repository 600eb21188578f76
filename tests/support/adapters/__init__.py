"""Real and simulated stores and channels, opened and filled for tests."""
