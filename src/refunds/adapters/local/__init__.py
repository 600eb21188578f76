"""What needs no server: parts of an instance that runs in one process."""
