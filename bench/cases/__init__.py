"""The benchmarks, one in each file. Most have a function `run(bench)`, which returns measurements."""
