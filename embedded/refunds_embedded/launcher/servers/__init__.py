"""MongoDB and Redis on this machine."""
