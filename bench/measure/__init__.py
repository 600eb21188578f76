"""Measures what processes use, from /proc, and defines the results that benchmarks report."""
