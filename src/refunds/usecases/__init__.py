"""One file per use case, named by its verb: load, decide, write once. Database and network only through ports."""
