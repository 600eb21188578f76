"""One file per verb: load, decide, write once. I/O only through ports."""
