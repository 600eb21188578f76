"""Benchmarks of a running embedded instance, comparable from run to run; see README.md."""
