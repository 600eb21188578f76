"""Code that several benchmarks share, and larger parts of single benchmarks."""
