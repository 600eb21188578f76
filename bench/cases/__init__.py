"""The benchmarks, one file each: `run(bench)` makes its payments, measures, and gives measurements back."""
