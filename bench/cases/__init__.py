"""The benchmarks, one file each: `run(bench)` makes its payments, measures, and returns measurements."""
