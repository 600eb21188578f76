"""Benchmarks a running embedded instance. Results of different runs can be compared (see README.md)."""
